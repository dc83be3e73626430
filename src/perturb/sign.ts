import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';

/** A random corner of the l∞ ball: what an attack of the same radius has to beat. */
export const sign: Perturbation = {
  kind: 'sign',
  describe: 'x ± r with an independent even sign for every entry',
  strength: 'r, the size of every change (its l∞ norm), in the raw units of the data',
  largest: Number.POSITIVE_INFINITY,
  apply: (table, strength, seed) => {
    const generator = createGenerator(seed, 'perturb', 'sign');
    return {
      ...table,
      values: table.values.map((value) => value + (generator.uniform() < 0.5 ? -strength : strength)),
    };
  },
};
