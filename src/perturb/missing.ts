import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';

export const missing: Perturbation = {
  kind: 'missing',
  describe:
    'each step with probability p is lost in all channels and filled by the last one that was not; the first never is lost',
  strength: 'p, the probability that a step is lost (0 to 1)',
  largest: 1,
  apply: (table, strength, seed) => {
    const generator = createGenerator(seed, 'perturb', 'missing');
    const { rows, steps, channels } = table;
    const values = table.values.slice();
    for (let row = 0; row < rows; row++)
      for (let step = 0; step < steps; step++) {
        // Drawn for every step, so that a larger strength loses the same steps and more.
        const lost = generator.uniform() < strength;
        const start = (row * steps + step) * channels;
        if (lost && step > 0) values.copyWithin(start, start - channels, start);
      }
    return { ...table, values };
  },
};
