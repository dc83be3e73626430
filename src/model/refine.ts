/**
 * Long steps in parts. An explicit step across a long interval leaves the region where the solver is stable, so a batch
 * whose intervals exceed its longest step is rewritten with each of those taken in equal parts, all with the step's own
 * input: as the signal is taken to be over the whole of the interval. A batch so refined is one like any other; what is
 * read at the steps of the data is read at the last part of each.
 */
import { InputError } from '../errors.js';
import type { Batch } from './batch.js';
import type { Model } from './model.js';

export interface Refined {
  readonly batch: Batch;
  /** Of values at the steps of the refined batch, [rows, refined steps, width], those at the data's own, [rows, steps, width]. */
  readonly atOwnSteps: (values: Float64Array) => Float64Array;
  /** Of values that add up, such as gradients: the sum over the parts of each step. */
  readonly overParts: (values: Float64Array) => Float64Array;
}

/** Rounding of a ratio must not add a part. */
const tolerance = 1 + 1e-9;

/** In how many equal parts an interval is taken. */
export function partsOf(interval: number, longestStep: number): number {
  return interval > longestStep * tolerance ? Math.ceil(interval / (longestStep * tolerance)) : 1;
}

export function needsRefining({ intervals, longestStep, steps, lengths }: Batch): boolean {
  if (intervals === undefined || longestStep === undefined) return false;
  return intervals.some(
    (own, at) => partsOf(own, longestStep) > 1 && at % steps < (lengths?.[Math.floor(at / steps)] ?? steps),
  );
}

const same = (values: Float64Array) => values;

/**
 * The batch as it is where no interval is too long.
 * @throws InputError for a longest step that is no positive number.
 */
export function refine({ spec }: Pick<Model, 'spec'>, batch: Batch): Refined {
  const { rows, steps, intervals, longestStep } = batch;
  if (longestStep !== undefined && !(longestStep > 0))
    throw new InputError(`the longest step must be a positive number, got ${longestStep}`);
  if (!needsRefining(batch)) return { batch, atOwnSteps: same, overParts: same };
  const lengths = Array.from({ length: rows }, (_, row) => batch.lengths?.[row] ?? steps);
  const counts = lengths.map((length, row) =>
    Array.from({ length }, (_, step) => partsOf(intervals![row * steps + step]!, longestStep!)),
  );
  const refined = counts.map((own) => own.reduce((sum, count) => sum + count, 0));
  const most = refined.reduce((longest, own) => Math.max(longest, own), 0);
  const mixed = batch.lengths !== undefined || refined.some((own) => own !== most);
  // The data's step behind each refined one, or −1 beyond a row's end.
  const source = new Int32Array(rows * most).fill(-1);
  const parts = new Uint8Array(rows * most);
  const divided = new Float64Array(rows * most);
  counts.forEach((own, row) => {
    let at = row * most;
    own.forEach((count, step) => {
      source.fill(row * steps + step, at, at + count);
      parts.fill(1, at, at + count - 1);
      divided.fill(intervals![row * steps + step]! / count, at, at + count);
      at += count;
    });
  });
  const spread = (values: ArrayLike<number>, beyond = 0) => {
    const width = values.length / (rows * steps);
    const result = new Float64Array(rows * most * width).fill(beyond);
    for (let at = 0; at < source.length; at++)
      if (source[at]! >= 0) for (let i = 0; i < width; i++) result[at * width + i] = values[source[at]! * width + i]!;
    return result;
  };
  const gather = (values: Float64Array, keepAll: boolean) => {
    const width = values.length / (rows * most);
    const result = new Float64Array(rows * steps * width);
    for (let at = 0; at < source.length; at++)
      if (source[at]! >= 0 && (keepAll || parts[at] === 0))
        for (let i = 0; i < width; i++) result[source[at]! * width + i]! += values[at * width + i]!;
    return result;
  };
  const { inputs, stepLabels, targets, stepSizes, longestStep: _, ...others } = batch;
  const perStep = spec.readout === 'every' && targets?.length === rows * steps * spec.outputs;
  return {
    batch: {
      ...others,
      steps: most,
      inputs: spread(inputs),
      ...(stepLabels && { stepLabels: spread(stepLabels, -1) }),
      ...(targets && { targets: perStep ? spread(targets) : targets }),
      ...(stepSizes && { stepSizes: spread(stepSizes) }),
      ...(mixed ? { lengths: refined } : {}),
      intervals: divided,
      parts,
    },
    atOwnSteps: (values) => gather(values, false),
    overParts: (values) => gather(values, true),
  };
}
