import { lengthOf, type SequenceTable } from '../data/index.js';

/**
 * Reads every sequence at other times: linear between steps, and the first or last value beyond the ends.
 * @param timesOf the time of each output step of a row that lasts `length` steps, in steps from 0; called once a row, in
 * order.
 */
export function resample(table: SequenceTable, timesOf: (length: number) => Float64Array): SequenceTable {
  const { rows, steps, channels } = table;
  const values = table.values.slice();
  for (let row = 0; row < rows; row++) {
    const base = row * steps * channels;
    const last = lengthOf(table, row) - 1;
    for (const [step, wanted] of timesOf(last + 1).entries()) {
      const time = Math.min(last, Math.max(0, wanted));
      const before = Math.floor(time);
      const after = Math.min(last, before + 1);
      const share = time - before;
      for (let channel = 0; channel < channels; channel++) {
        const left = table.values[base + before * channels + channel]!;
        const right = table.values[base + after * channels + channel]!;
        values[base + step * channels + channel] = left + share * (right - left);
      }
    }
  }
  return { ...table, values };
}
