/** Rows of a data set in the form an objective takes. */
import { copyRows } from './copy-rows.js';
import type { Dataset, Targets } from './dataset.js';
import { lengthOf } from './lengths.js';

/** What the model's `Batch` asks for of data. */
export interface DataBatch {
  readonly rows: number;
  /** Of the longest of these rows. */
  readonly steps: number;
  /** [rows, steps, channels] */
  readonly inputs: Float32Array;
  readonly labels?: Int32Array;
  /** [rows, steps] */
  readonly stepLabels?: Int32Array;
  /** [rows, width], or [rows, steps, width]. */
  readonly targets?: Float32Array;
  readonly lengths?: Uint32Array;
  /** [rows, steps] */
  readonly intervals?: Float64Array;
  readonly longestStep?: number;
}

/**
 * The rows at `indices`, in that order, cut to the longest of them; with lengths only where they differ, since a program
 * that looks at them does a little more.
 */
export function batchOf(data: Dataset, indices: ArrayLike<number>): DataBatch {
  const { labels, stepLabels, targets, channels, intervals, longestStep } = data;
  const rows = indices.length;
  const lengths = Uint32Array.from(indices, (row) => lengthOf(data, row));
  const steps = lengths.reduce((most, length) => Math.max(most, length), 0);
  const mixed = lengths.some((length) => length !== steps);
  return {
    rows,
    steps,
    inputs: copyRows(data.inputs, data.steps * channels, indices, steps * channels),
    ...(labels && { labels: copyRows(labels, 1, indices) }),
    ...(stepLabels && { stepLabels: copyRows(stepLabels, data.steps, indices, steps) }),
    ...(targets && { targets: targetsOf(targets, data.steps, indices, steps) }),
    ...(mixed && { lengths }),
    ...(intervals && { intervals: copyRows(intervals, data.steps, indices, steps) }),
    ...(intervals && longestStep !== undefined && { longestStep }),
  };
}

function targetsOf({ values, width, per }: Targets, long: number, indices: ArrayLike<number>, steps: number) {
  return per === 'step' ? copyRows(values, long * width, indices, steps * width) : copyRows(values, width, indices);
}

/** `from`, … `to` − 1. */
export function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, index) => from + index);
}
