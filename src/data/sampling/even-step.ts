import type { SequenceTable, StepTimes } from '../dataset.js';
import { lengthOf } from '../lengths.js';

/** Digits that hardly tell one step from the next fit an even step by chance: in a series this long they no longer do. */
const longEnough = 30;
const digitsEnough = 10;

/** Rounding of the times themselves, as a part of the last digit. */
const slack = 1 + 1e-6;

/**
 * The step of an even grid whose times, rounded to the digits written, are those of every row (0.033, 0.067, 0.1 of
 * thirty a second); null if there is none. Each two steps of a row bound the step of the grid, which begins somewhere
 * within the last digit; where the middle of the bounds does not do, the two steps that it misses by most narrow them.
 */
export function evenStep(table: SequenceTable, { values, resolution }: StepTimes, median: number): number | null {
  if (!(resolution > 0)) return null;
  const longest = Array.from({ length: table.rows }, (_, row) => lengthOf(table, row)).reduce(
    (most, own) => Math.max(most, own),
    0,
  );
  if (median < digitsEnough * resolution && longest < longEnough) return null;
  const bounds = { low: 0, high: Number.POSITIVE_INFINITY, step: median };
  // A step moved for one row may no longer do for another.
  for (let moved = true; moved; ) {
    moved = false;
    for (let row = 0; row < table.rows; row++) {
      const own = values.subarray(row * table.steps, row * table.steps + lengthOf(table, row));
      const fits = fitRow(own, resolution, bounds);
      if (fits === null) return null;
      moved ||= fits;
    }
  }
  return bounds.step;
}

/** Moves the step until it does for the row. @returns whether it moved, or null if none does. */
function fitRow(times: Float64Array, resolution: number, bounds: { low: number; high: number; step: number }) {
  for (let moved = false; ; moved = true) {
    let [first, last] = [0, 0];
    const rest = (at: number) => times[at]! - at * bounds.step;
    for (let at = 1; at < times.length; at++) {
      if (rest(at) > rest(last)) last = at;
      if (rest(at) < rest(first)) first = at;
    }
    if (rest(last) - rest(first) <= resolution * slack) return moved;
    const apart = Math.abs(last - first);
    const between = Math.abs(times[last]! - times[first]!);
    bounds.low = Math.max(bounds.low, (between - resolution) / apart);
    bounds.high = Math.min(bounds.high, (between + resolution) / apart);
    const next = (bounds.low + bounds.high) / 2;
    if (bounds.low > bounds.high || next === bounds.step) return null;
    bounds.step = next;
  }
}
