/** Newton's method over time, row by row: plain, held in the state's range, or damped. */
import type { Engine } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, bind, initialState, type Model } from '../../model/index.js';
import type { Progress } from '../estimate.js';
import { createSweep, type Trajectory } from './sweep.js';

/**
 * `plain`: Newton's method. `held`: iterates kept in the range that the cell's state cannot leave. `damped`: the Jacobians
 * of the recurrence times 1 − k, k from 0 (Newton) to 1 (a fixed-point iteration, which always ends), raised where a step
 * would raise the sum of squared residuals and lowered where it does not.
 */
export const newtonForms = ['plain', 'held', 'damped'] as const;
export type NewtonForm = (typeof newtonForms)[number];

export interface NewtonOptions {
  readonly form?: NewtonForm;
  /** A row has converged when its largest residual is at most this times its largest state, or times 1 if that is less. */
  readonly tolerance?: number;
  /** Most updates; the number of steps, after which exact arithmetic is done, unless given. */
  readonly most?: number;
  readonly progress?: Progress;
}

export interface NewtonResult {
  /** By row: updates until it converged; null if it did not. */
  readonly iterations: (number | null)[];
  /** By row: why it did not converge; null if it did. */
  readonly reasons: ('not finite' | 'not converged' | null)[];
  /** The largest relative residual of all rows still running before each update; what is not finite is null. */
  readonly curve: (number | null)[];
  /** Of the rows that converged the solution, of others the last iterate. */
  readonly trajectory: Trajectory;
}

/** Beyond this an iterate counts as not finite: the next would overflow single precision. */
const LARGEST = 1e18;

/** How k of the damped form moves, and below which it is 0. */
const DAMPING = { first: 0.1, up: 3, down: 4, least: 0.01 };

/**
 * Solves h_{m+1} = F_m(h_m) for all steps at once, from zero, noise off: each iteration is one linear recurrence, which
 * a scan solves in O(log M) steps in parallel (here: one sweep of a batch engine). Y. H. Lim et al., *Parallelizing non-linear
 * sequential models over the sequence length* (DEER), ICLR 2024. The damped form scales the Jacobians as in Gonzalez, Warrington,
 * Smith & Linderman, *Towards Scalable and Stable Parallelization of Nonlinear RNNs* (ELK), NeurIPS 2024.
 * @throws InputError for a bidirectional model, or a batch that does not fit. @throws RangeError for the held form of a
 * model whose state has no range: ask `model.range` first.
 */
export async function solveInParallel(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  { form = 'plain', tolerance = 1e-6, most = batch.steps, progress }: NewtonOptions = {},
): Promise<NewtonResult> {
  const { rows, steps } = batch;
  if (form === 'held' && Object.keys(model.range).length === 0) throw new RangeError('the state has no range');
  const sweep = createSweep(model, engine, parameters, batch.lengths !== undefined);
  const { sequences = {}, carries = {} } = bind(model, batch, false);
  const first = { ...initialState(model, parameters, rows), ...carries };
  const start = Object.fromEntries(
    Object.entries(model.state).map(([name, width]) => [name, Float64Array.from(first[name] ?? zeros(rows * width))]),
  );
  const all: Trajectory = Object.fromEntries(
    Object.entries(model.state).map(([name, width]) => [name, zeros(rows * steps * width)]),
  );
  const iterations: (number | null)[] = Array(rows).fill(null);
  const reasons: NewtonResult['reasons'] = Array(rows).fill('not converged');
  const curve: (number | null)[] = [];
  const damping = new Float64Array(rows);
  const merits = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  /** The iterate of each row whose merit stands, to go back to: of the damped form alone. */
  const kept = form === 'damped' ? structuredClone(all) : all;
  let active = Array.from({ length: rows }, (_, row) => row);
  for (let iteration = 0; active.length > 0; iteration++) {
    const part = (values: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> }) =>
      rowsOf(values, rows, active);
    const swept = await sweep({
      rows: active.length,
      steps,
      sequences: mapped(sequences, part),
      start: mapped(start, part),
      iterate: mapped(all, part),
      keep: Float64Array.from(active, (row) => 1 - damping[row]!),
    });
    let largest = 0;
    const running: number[] = [];
    for (const [place, row] of active.entries()) {
      const { size, residual, merit } = sizesOf(swept.residual, all, place, row, active.length, rows);
      const relative = residual / Math.max(1, size);
      const broken = !(size < LARGEST) || !Number.isFinite(merit);
      if (!broken) largest = Math.max(largest, relative);
      if (relative <= tolerance) {
        iterations[row] = iteration;
        reasons[row] = null;
        continue;
      }
      if (iteration >= most) continue;
      if (form === 'damped' && (broken || merit > merits[row]!) && damping[row]! < 1) {
        copyRow(kept, all, row, rows);
        damping[row] = Math.min(1, Math.max(DAMPING.first, DAMPING.up * damping[row]!));
        // The correction of the iterate gone back to is not known any more: this update is spent on it.
        merits[row] = Number.POSITIVE_INFINITY;
        running.push(row);
        continue;
      }
      if (broken) {
        reasons[row] = 'not finite';
        continue;
      }
      if (form === 'damped') {
        copyRow(all, kept, row, rows);
        if (merits[row] !== Number.POSITIVE_INFINITY) damping[row] = lowered(damping[row]!);
        merits[row] = merit;
      }
      update(all, swept.correction, place, row, active.length, rows, form === 'held' ? model.range : {});
      running.push(row);
    }
    curve.push(active.length === 0 || !Number.isFinite(largest) ? null : largest);
    active = running;
    progress?.(Math.min(iteration + 1, most), most);
  }
  return { iterations, reasons, curve, trajectory: all };
}

const zeros = (length: number) => new Float64Array(length);
const lowered = (k: number) => (k / DAMPING.down < DAMPING.least ? 0 : k / DAMPING.down);

function mapped<T, R>(values: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

function rowsOf(
  values: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> },
  rows: number,
  chosen: readonly number[],
): Float64Array {
  const width = values.length / rows;
  const out = zeros(chosen.length * width);
  for (const [place, row] of chosen.entries()) out.set(values.subarray(row * width, (row + 1) * width), place * width);
  return out;
}

/** The largest state and the largest residual of a row, and the sum of its squared residuals. */
function sizesOf(residuals: Trajectory, iterate: Trajectory, place: number, row: number, count: number, rows: number) {
  let [size, residual, merit] = [0, 0, 0];
  for (const [name, values] of Object.entries(residuals)) {
    const width = values.length / count;
    const own = iterate[name]!;
    for (let i = 0; i < width; i++) {
      const error = values[place * width + i]!;
      merit += error * error;
      // NaN makes all three NaN or leaves them: the merit tells.
      residual = Math.max(residual, Math.abs(error));
      size = Math.max(size, Math.abs(own[row * (own.length / rows) + i]!));
    }
  }
  return { size, residual, merit };
}

function update(
  all: Trajectory,
  correction: Trajectory,
  place: number,
  row: number,
  count: number,
  rows: number,
  range: Model['range'],
): void {
  for (const [name, values] of Object.entries(all)) {
    const width = values.length / rows;
    const by = correction[name]!;
    const [low, high] = range[name] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = 0; i < width; i++) {
      const moved = values[row * width + i]! + by[place * (by.length / count) + i]!;
      values[row * width + i] = Math.min(high, Math.max(low, moved));
    }
  }
}

function copyRow(from: Trajectory, to: Trajectory, row: number, rows: number): void {
  for (const [name, values] of Object.entries(from)) {
    const width = values.length / rows;
    to[name]!.set(values.subarray(row * width, (row + 1) * width), row * width);
  }
}
