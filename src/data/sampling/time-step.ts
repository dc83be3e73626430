/** How long the steps of a table took, and whether they are all alike. */
import type { SequenceTable, StepTimes } from '../dataset.js';
import { lengthOf } from '../lengths.js';
import { evenStep } from './even-step.js';
import type { TimeStep } from './scale.js';

/** How far the steps of even data may be from their median, as a part of it. */
export const evenTolerance = 1e-6;

/** Δt of a step is the time since the one before: [rows, steps]; NaN for the first of each row and beyond its end. */
export function stepsOf(table: SequenceTable, { values }: StepTimes): Float64Array {
  const found = new Float64Array(values.length).fill(Number.NaN);
  for (let row = 0; row < table.rows; row++)
    for (let step = 1; step < lengthOf(table, row); step++) {
      const at = row * table.steps + step;
      found[at] = values[at]! - values[at - 1]!;
    }
  return found;
}

/** Null where the table has no times, or no row has two steps. */
export function timeStepOf(table: SequenceTable): TimeStep | null {
  return measured(table)?.step ?? null;
}

/**
 * With what counts as a step's own length: the median, or of even steps whose times were rounded to their digits the
 * step before they were rounded.
 */
export function measured(table: SequenceTable): { readonly step: TimeStep; readonly length: number } | null {
  const { times } = table;
  if (!times) return null;
  const sorted = stepsOf(table, times)
    .filter((own) => !Number.isNaN(own))
    .sort();
  if (sorted.length === 0) return null;
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  const median = medianOf(sorted);
  const alike = Math.max(most - median, median - least) <= evenTolerance * median;
  const grid = alike ? null : evenStep(table, times, median);
  return {
    step: { unit: times.unit, median, least, most, even: alike || grid !== null },
    length: grid ?? median,
  };
}

function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
