import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';
import { resample } from './resample.js';

export const shift: Perturbation = {
  kind: 'shift',
  describe:
    'x(t ± s): each sequence early or late by s steps, evenly; the gap is filled by the value at that edge, fractions of a step by linear interpolation',
  strength: 's, the shift, in steps',
  largest: Number.POSITIVE_INFINITY,
  apply: (table, strength, seed) => {
    const generator = createGenerator(seed, 'perturb', 'shift');
    return resample(table, (length) => {
      const by = generator.uniform() < 0.5 ? -strength : strength;
      return Float64Array.from({ length }, (_, step) => step + by);
    });
  },
};
