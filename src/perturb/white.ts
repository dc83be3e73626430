import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';

export const white: Perturbation = {
  kind: 'white',
  describe: 'x + σ n with n ~ N(0, I): independent normal noise on every entry',
  strength: 'σ, the standard deviation, in the raw units of the data',
  largest: Number.POSITIVE_INFINITY,
  apply: (table, strength, seed) => {
    const generator = createGenerator(seed, 'perturb', 'white');
    // The draws do not depend on the strength, so that accuracies at two strengths differ by the strength alone.
    return { ...table, values: table.values.map((value) => value + strength * generator.normal()) };
  },
};
