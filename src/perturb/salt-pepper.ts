import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';

export const saltPepper: Perturbation = {
  kind: 'salt-pepper',
  describe: 'each entry with probability α becomes the minimum or the maximum of the training data, evenly',
  strength: 'α, the probability that an entry is replaced (0 to 1)',
  largest: 1,
  apply: (table, strength, seed, { minimum, maximum }) => {
    const generator = createGenerator(seed, 'perturb', 'salt-pepper');
    return {
      ...table,
      values: table.values.map((value) => {
        // Both are drawn for every entry, so that a larger strength replaces the same entries and more.
        const replaced = generator.uniform() < strength;
        const extreme = generator.uniform() < 0.5 ? minimum : maximum;
        return replaced ? extreme : value;
      }),
    };
  },
};
