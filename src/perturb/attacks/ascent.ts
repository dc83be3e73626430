/** Gradient ascent on what makes a network wrong, within a ball around each input: the core of every gradient attack. */
import { createGenerator } from '../../random/index.js';
import type { Ball } from './ball.js';
import type { Judgement, Network } from './network.js';

/**
 * `cross-entropy`: of the label, as published. `margin`: rival's score less the label's, at twice the price; the rival is
 * the strongest at the time, or `against`.
 */
export type AttackLoss = 'cross-entropy' | 'margin';

export interface AscentOptions {
  readonly ball: Ball;
  readonly steps: number;
  /** Length of a step as a part of the radius. */
  readonly stepSize: number;
  readonly loss: AttackLoss;
  /** [rows], the class to go for. */
  readonly against?: Int32Array | undefined;
}

/** The best change found for each row: one that fools the network, or else one of the smallest margin. */
export interface Found {
  readonly delta: Float64Array;
  readonly margins: Float64Array;
  readonly fooled: Uint8Array;
}

/**
 * From this margin (in nats) on, 1 − p of the label has lost its digits to cancellation in float32, and with them the
 * cross-entropy its direction.
 */
const saturated = 8;

/** Where nothing was changed: wrong answers count. */
export function unchanged(network: Network, { margins, fooled }: Judgement): Found {
  const delta = new Float64Array(network.rows * network.width);
  return { delta, margins: margins.slice(), fooled: fooled.slice() };
}

export function rowOf(values: Float64Array, row: number, width: number): Float64Array {
  return values.subarray(row * width, (row + 1) * width);
}

/** Rows that are still answered rightly. */
export function standing({ fooled }: Found): number[] {
  return [...fooled.keys()].filter((row) => fooled[row] === 0);
}

/** Takes over, row by row, whatever of `other` is better; its rows are rows `chosen` of `best`. */
export function keepBetter(best: Found, other: Found, chosen: readonly number[], width: number): void {
  for (const [place, row] of chosen.entries()) {
    if (best.fooled[row] === 1) continue;
    if (other.fooled[place] === 0 && other.margins[place]! >= best.margins[row]!) continue;
    rowOf(best.delta, row, width).set(rowOf(other.delta, place, width));
    best.margins[row] = other.margins[place]!;
    best.fooled[row] = other.fooled[place]!;
  }
}

/** For each row a random point of its ball. */
export function randomStarts(
  network: Network,
  ball: Ball,
  radii: Float64Array,
  seed: number,
  ...labels: readonly number[]
): Float64Array {
  const start = new Float64Array(network.rows * network.width);
  for (const [row, radius] of radii.entries()) {
    const generator = createGenerator(seed, 'attack start', ...labels, network.samples[row]!);
    ball.random(rowOf(start, row, network.width).subarray(0, network.entries[row]), radius, generator);
  }
  network.limit(start);
  return start;
}

/** Steps from `start` (kept), each within its row's radius, until every row is fooled or the steps are used up. */
export async function ascend(
  network: Network,
  start: Float64Array,
  radii: Float64Array,
  options: AscentOptions,
): Promise<Found> {
  const { width } = network;
  const delta = start.slice();
  let judgement = await network.judge(delta);
  const best: Found = { delta: start.slice(), margins: judgement.margins.slice(), fooled: judgement.fooled.slice() };
  const everyRow = [...radii.keys()];
  for (let step = 0; step < options.steps && standing(best).length > 0; step++) {
    const directions = await ascentDirections(network, delta, judgement, options);
    for (const row of standing(best)) {
      const own = rowOf(delta, row, width);
      const direction = rowOf(directions, row, width);
      for (let i = 0; i < width; i++) own[i]! += options.stepSize * radii[row]! * direction[i]!;
      options.ball.project(own, radii[row]!);
    }
    network.limit(delta);
    judgement = await network.judge(delta);
    keepBetter(best, { ...judgement, delta }, everyRow, width);
  }
  return best;
}

/** For each row the direction, of norm 1, in which its loss grows fastest; zero where it is flat. */
export async function ascentDirections(
  network: Network,
  delta: Float64Array,
  judgement: Judgement,
  { ball, loss, against }: Pick<AscentOptions, 'ball' | 'loss' | 'against'>,
): Promise<Float64Array> {
  const { labels, rows, width } = network;
  const rivals = against ?? judgement.rivals;
  let gradient: Float64Array;
  if (loss === 'margin') {
    // The normalisations of the two cross-entropies cancel, and what is left is exactly z_rival − z_label.
    const other = await network.lossGradient(delta, rivals);
    gradient = (await network.lossGradient(delta)).map((value, i) => value - other[i]!);
  } else {
    // Where the label's cross-entropy is saturated the rival's is steep, and falls where the label's would rise.
    const reversed = labels.map((_, row) => (judgement.margins[row]! > saturated ? 1 : 0));
    const aims = labels.map((label, row) => (reversed[row] === 1 ? rivals[row]! : label));
    gradient = await network.lossGradient(delta, aims);
    for (let row = 0; row < rows; row++)
      if (reversed[row] === 1) for (let i = row * width; i < (row + 1) * width; i++) gradient[i] = -gradient[i]!;
  }
  for (let row = 0; row < rows; row++) ball.steepest(rowOf(gradient, row, width));
  return gradient;
}
