import type { Engine } from '../../engine/engine.js';
import { InputError } from '../../errors.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, isBidirectional, type Model } from '../../model/index.js';
import { type Estimate, type Figure, meanOf, type Progress } from '../estimate.js';
import { pathOf } from '../paths.js';
import { dimensionOf } from './dimension.js';
import { createTangentRun } from './tangent-run.js';
import { durationsOf, type TimeUnit, timeUnitOf } from './time.js';

export interface LyapunovOptions {
  /** k, how many exponents from the largest; the smaller of 10 and the state's size unless given. */
  readonly exponents?: number;
  /** `off`: the noise-free network; `on`: along one noise path a row. */
  readonly noise?: 'off' | 'on';
  readonly seed?: number;
  /** Steps between re-orthonormalisations; 5 unless given. */
  readonly interval?: number;
  /** First steps left out of the average, for tangents and state to settle; 0 unless given. */
  readonly discard?: number;
  /** [rows, width] of each state component; zero unless given. */
  readonly initialState?: Readonly<Record<string, Float64Array>>;
  readonly progress?: Progress;
}

export interface LyapunovFigures {
  /** Per unit time, descending. */
  readonly exponents: readonly Estimate[];
  /** Per step. */
  readonly perStep: readonly Estimate[];
  readonly dimension: Figure;
  /** What a unit of time is; with a learned step size, time is counted in mean steps. */
  readonly timeUnit: TimeUnit;
  /** Mean exponents per step over the steps up to each point, [points][k]. */
  readonly convergence: { readonly steps: readonly number[]; readonly perStep: readonly (readonly number[])[] };
}

/** With one row, its time is cut into this many blocks, whose spread stands in for that of rows. */
const blocks = 20;

/**
 * Lyapunov exponents of the discrete state dynamics along the batch's inputs, by QR of the products of the step's own
 * Jacobians (with noise, of the noisy step). Benettin et al., Meccanica 1980; Engelken, Wolf & Abbott, Phys. Rev.
 * Research 2023. Standard errors are over rows; with one row, over blocks of its time.
 * @throws InputError if more exponents are asked for than the state has dimensions, or all steps are discarded.
 */
export async function lyapunovExponents(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: LyapunovOptions = {},
): Promise<LyapunovFigures> {
  const size = Object.values(model.state).reduce((total, width) => total + width, 0);
  const { noise = 'off', seed = 0, interval = 5, discard = 0, initialState = {}, progress } = options;
  const { exponents: k = Math.min(10, size) } = options;
  const { rows, steps } = batch;
  if (isBidirectional(model))
    throw new InputError(
      'Lyapunov exponents are of one dynamics in time, and a bidirectional model runs both ways; leave them out',
    );
  if (!Number.isInteger(k) || k < 1 || k > size)
    throw new InputError(`the state has ${size} dimensions, so ask for 1 to ${size} exponents, not ${k}`);
  if (discard >= steps) throw new InputError(`discarding ${discard} of ${steps} steps leaves none to average over`);
  const run = createTangentRun(model, engine, parameters, batch, {
    exponents: k,
    noise: noise === 'on' ? pathOf(seed, 0, rows) : undefined,
    initialState,
    seed,
  });
  const durations = durationsOf(model, parameters, batch, discard);
  const blockCount = rows === 1 ? Math.min(blocks, Math.max(1, Math.floor((steps - discard) / interval))) : 1;
  const sums = new Float64Array(rows * k);
  const inBlocks = Array.from({ length: blockCount }, () => ({ growth: new Float64Array(k), steps: 0 }));
  const convergence = { steps: [] as number[], perStep: [] as number[][] };
  for (let at = 0; at < steps; ) {
    const before = at < discard;
    const count = Math.min(interval, (before ? discard : steps) - at);
    const growth = await run.advance(at, count);
    at += count;
    progress?.(at, steps);
    if (before) continue;
    const block =
      inBlocks[Math.min(blockCount - 1, Math.floor(((at - discard - 1) / (steps - discard)) * blockCount))]!;
    block.steps += count;
    for (let i = 0; i < growth.length; i++) {
      sums[i]! += growth[i]!;
      block.growth[i % k]! += growth[i]! / rows;
    }
    convergence.steps.push(at - discard);
    convergence.perStep.push(meanPerStep(sums, durations.steps, rows, k));
  }
  const perRow = (counts: Float64Array) =>
    Array.from({ length: rows }, (_, row) => Array.from({ length: k }, (_, i) => sums[row * k + i]! / counts[row]!));
  const timePerStep = durations.times.reduce((a, b) => a + b, 0) / durations.steps.reduce((a, b) => a + b, 0);
  const perBlock = inBlocks.map((block) => [...block.growth].map((growth) => growth / block.steps));
  const stepDraws = rows > 1 ? perRow(durations.steps) : perBlock;
  const timeDraws = rows > 1 ? perRow(durations.times) : perBlock.map((row) => row.map((x) => x / timePerStep));
  return {
    exponents: columnsOf(timeDraws, seed),
    perStep: columnsOf(stepDraws, seed),
    dimension: dimensionOf(timeDraws, size, seed),
    timeUnit: timeUnitOf(model),
    convergence,
  };
}

/** Gram–Schmidt orders the directions only in the limit; nearly equal exponents may come out in either order. */
function columnsOf(draws: readonly (readonly number[])[], seed: number): Estimate[] {
  return draws[0]!
    .map((_, column) =>
      meanOf(
        draws.map((row) => row[column]!),
        seed,
      ),
    )
    .sort((a, b) => b.value - a.value);
}

function meanPerStep(sums: Float64Array, counts: Float64Array, rows: number, k: number): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  return Array.from({ length: k }, (_, i) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += sums[row * k + i]!;
    return sum / total;
  });
}
