import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';

export const multiplicative: Perturbation = {
  kind: 'multiplicative',
  describe: 'x ⊙ (1 + σ n) with n ~ N(0, I): every entry off by a normal share of itself',
  strength: 'σ, the standard deviation of the factor; without unit',
  largest: Number.POSITIVE_INFINITY,
  apply: (table, strength, seed) => {
    const generator = createGenerator(seed, 'perturb', 'multiplicative');
    return { ...table, values: table.values.map((value) => value * (1 + strength * generator.normal())) };
  },
};
