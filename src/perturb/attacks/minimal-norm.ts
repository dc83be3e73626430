import { type AscentOptions, ascend, ascentDirections, keepBetter, randomStarts, rowOf, standing } from './ascent.js';
import { type AttackResult, type AttackSettings, type AttackTarget, checkCount, type LabelledBatch } from './attack.js';
import { balls, type Norm } from './ball.js';
import { nearestClasses } from './nearest-classes.js';
import { type Network, openNetwork } from './network.js';

export interface MinimalNormOptions extends AttackSettings {
  /** `l2` unless given. */
  readonly norm?: Norm | undefined;
  /** Radii tried for each row; 8 unless given. */
  readonly rounds?: number | undefined;
  /** Gradient steps from each start; 20 unless given. */
  readonly steps?: number | undefined;
  /** Starts at each radius; 3 unless given. The first is the best change known, shrunk; the others are random. */
  readonly restarts?: number | undefined;
  /** Relative accuracy to which the boundary is approached along a change that was found; 1e-4 unless given. */
  readonly tolerance?: number | undefined;
}

/** What is known of a row: the smallest change that fooled, and the largest radius at which none was found. */
interface Bracket {
  readonly delta: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * The smallest change that fools the network, by bisection on the radius of a projected gradient attack on the margin,
 * every success drawn back to the decision boundary along its own line. Its norm is an upper bound of the true margin and
 * exact for a linear network. The first radius and aim are the nearest class of the linearised network (Moosavi-Dezfooli,
 * Fawzi & Frossard, *DeepFool*, CVPR 2016).
 * @returns norms of +∞, and inputs as they were, for rows that no radius fooled.
 * @throws InputError for a bad option, or a batch that does not fit the model.
 */
export async function minimalNorm(
  target: AttackTarget,
  batch: LabelledBatch,
  options: MinimalNormOptions = {},
): Promise<AttackResult> {
  const { norm = 'l2', rounds = 8, steps = 20, restarts = 3, tolerance = 1e-4, seed = 1 } = options;
  checkCount('rounds', rounds);
  checkCount('steps', steps);
  checkCount('restarts', restarts);
  const network = openNetwork(target, batch, options.samples);
  const ball = balls[norm];
  const zero = new Float64Array(network.rows * network.width);
  const clean = await network.judge(zero);
  const bracket: Bracket = {
    delta: zero.slice(),
    low: new Float64Array(network.rows),
    high: Float64Array.from(clean.fooled, (wrong) => (wrong === 1 ? 0 : Number.POSITIVE_INFINITY)),
  };
  const nearest = await nearestClasses(network, clean, norm);
  for (let round = 0; round < rounds; round++) {
    const rows = [...bracket.high.keys()].filter(
      (row) =>
        bracket.high[row]! - bracket.low[row]! > tolerance * bracket.high[row]! || bracket.high[row] === Infinity,
    );
    if (rows.length === 0) break;
    const part = network.only(rows);
    const radii = Float64Array.from(rows, (row) =>
      nextRadius(bracket.low[row]!, bracket.high[row]!, nearest.distances[row]!),
    );
    const ascent: AscentOptions = {
      ball,
      steps,
      stepSize: 2.5 / steps,
      loss: 'margin',
      against: round === 0 ? Int32Array.from(rows, (row) => nearest.classes[row]!) : undefined,
    };
    const found = await ascend(part, await startAt(part, bracket, rows, radii, ascent), radii, ascent);
    for (let restart = 1; restart < restarts; restart++) {
      const left = standing(found);
      if (left.length === 0) break;
      const again = part.only(left);
      const own = Float64Array.from(left, (place) => radii[place]!);
      const start = randomStarts(again, ball, own, seed, round, restart);
      keepBetter(found, await ascend(again, start, own, { ...ascent, against: undefined }), left, network.width);
    }
    const drawn = await drawBack(part, found.delta, found.fooled, tolerance);
    for (const [place, row] of rows.entries()) {
      if (found.fooled[place] === 0) bracket.low[row] = radii[place]!;
      else {
        const own = rowOf(drawn, place, network.width);
        // A bisection along a line may end at a crossing farther out than the best known.
        if (ball.size(own) >= bracket.high[row]!) continue;
        bracket.high[row] = ball.size(own);
        bracket.low[row] = Math.min(bracket.low[row]!, bracket.high[row]!);
        rowOf(bracket.delta, row, network.width).set(own);
      }
    }
  }
  const success = Uint8Array.from(bracket.high, (size) => (Number.isFinite(size) ? 1 : 0));
  return { inputs: network.inputs(bracket.delta), success, norms: bracket.high };
}

/** Halfway between failure and success; before any success a little beyond the linearised margin, then doubled. */
function nextRadius(low: number, high: number, linearised: number): number {
  if (Number.isFinite(high)) return (low + high) / 2;
  return low === 0 ? 1.01 * linearised : 2 * low;
}

/** The best change known, shrunk to the radius; the steepest one of that size where none is known. */
async function startAt(
  part: Network,
  { delta, high }: Bracket,
  rows: readonly number[],
  radii: Float64Array,
  ascent: AscentOptions,
): Promise<Float64Array> {
  const zero = new Float64Array(rows.length * part.width);
  const steepest = rows.every((row) => Number.isFinite(high[row]!))
    ? zero
    : await ascentDirections(part, zero, await part.judge(zero), ascent);
  const start = steepest.slice();
  for (const [place, row] of rows.entries()) {
    const own = rowOf(start, place, part.width);
    if (Number.isFinite(high[row]!)) {
      own.set(rowOf(delta, row, part.width));
      ascent.ball.project(own, radii[place]!);
    } else for (let i = 0; i < own.length; i++) own[i]! *= radii[place]!;
  }
  part.limit(start);
  return start;
}

/** Shrinks every change that fools to where it only just does, by bisection; each result was seen to fool. */
async function drawBack(part: Network, delta: Float64Array, fooled: Uint8Array, tolerance: number) {
  const inside = new Float64Array(part.rows);
  const outside = new Float64Array(part.rows).fill(1);
  const at = (shares: Float64Array) => delta.map((value, i) => value * shares[Math.floor(i / part.width)]!);
  if (fooled.every((wrong) => wrong === 0)) return delta;
  for (let gap = 1; gap > tolerance; gap /= 2) {
    const middle = inside.map((low, row) => (low + outside[row]!) / 2);
    const judgement = await part.judge(at(middle));
    for (let row = 0; row < part.rows; row++) (judgement.fooled[row] === 1 ? outside : inside)[row] = middle[row]!;
  }
  return at(outside);
}
