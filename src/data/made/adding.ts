import { createGenerator } from '../../random/index.js';
import type { SequenceTable } from '../dataset.js';

/** Mean squared error of always answering 1: the variance of a sum of two uniform numbers. */
export const ADDING_BASELINE = 1 / 6;

/**
 * The adding problem (Hochreiter & Schmidhuber 1997, as in Arjovsky, Shah & Bengio, ICML 2016): channel 1 is uniform on
 * (0, 1), channel 2 is 1 at one step of the first half and at one of the second and else 0; the answer is the sum of the two
 * numbers marked. A row depends on the name, the seed and its own number only.
 * @returns [rows, steps, 2] and one target a row.
 */
export function addingProblem(name: string, rows: number, steps: number, seed: number): SequenceTable {
  const values = new Float32Array(rows * steps * 2);
  const sums = new Float32Array(rows);
  const half = Math.floor(steps / 2);
  for (let row = 0; row < rows; row++) {
    const { uniform, integer } = createGenerator(seed, 'adding', name, row);
    const sequence = values.subarray(row * steps * 2, (row + 1) * steps * 2);
    for (let step = 0; step < steps; step++) sequence[2 * step] = uniform();
    for (const marked of [integer(half), half + integer(steps - half)]) {
      sequence[2 * marked + 1] = 1;
      sums[row]! += sequence[2 * marked]!;
    }
  }
  const targets = { values: sums, width: 1, per: 'row' as const };
  return { name: `adding (${name})`, rows, steps, channels: 2, values, labels: null, targets };
}
