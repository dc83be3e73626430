import { lengthOf } from '../data/index.js';
import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';

export const drift: Perturbation = {
  kind: 'drift',
  describe: 'x(t) + σ B(t/T): a sensor whose zero wanders, a random walk from 0 in each channel',
  strength: 'σ, the standard deviation of the walk at the last step, in the raw units of the data',
  largest: Number.POSITIVE_INFINITY,
  apply: (table, strength, seed) => {
    const generator = createGenerator(seed, 'perturb', 'drift');
    const { rows, steps, channels } = table;
    const values = table.values.slice();
    for (let row = 0; row < rows; row++) {
      const size = strength / Math.sqrt(lengthOf(table, row));
      const zero = new Float64Array(channels);
      for (let step = 0; step < steps; step++)
        for (let channel = 0; channel < channels; channel++) {
          zero[channel]! += size * generator.normal();
          values[(row * steps + step) * channels + channel]! += zero[channel]!;
        }
    }
    return { ...table, values };
  },
};
