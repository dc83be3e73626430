import { lengthOf } from '../data/index.js';
import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';

/** Part of a sequence that a burst covers. */
const share = 0.1;

export const burst: Perturbation = {
  kind: 'burst',
  describe: 'x + σ n, n ~ N(0, I), on a tenth of each sequence (rounded up), which begins at a random step',
  strength: 'σ, the standard deviation within the burst, in the raw units of the data',
  largest: Number.POSITIVE_INFINITY,
  apply: (table, strength, seed) => {
    const generator = createGenerator(seed, 'perturb', 'burst');
    const { rows, steps, channels } = table;
    const values = table.values.slice();
    for (let row = 0; row < rows; row++) {
      const length = Math.ceil(share * lengthOf(table, row));
      const first = row * steps + generator.integer(lengthOf(table, row) - length + 1);
      for (let index = first * channels; index < (first + length) * channels; index++)
        values[index]! += strength * generator.normal();
    }
    return { ...table, values };
  },
};
