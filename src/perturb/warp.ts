import { createGenerator } from '../random/index.js';
import type { Perturbation } from './perturbation.js';
import { resample } from './resample.js';

/** Half waves over a sequence that a warp is made of. */
const waves = 3;

export const warp: Perturbation = {
  kind: 'warp',
  describe:
    'x(φ(t)): time runs smoothly faster and slower and ends as it began, φ(t) = t + s T Σₖ wₖ sin(πkt/T)/(πk), k = 1, 2, 3, wₖ normal with Σ|wₖ| = 1',
  strength: 's, a bound on the relative change of speed (0 to 1); below 1 time never stands still',
  largest: 1,
  apply: (table, strength, seed) => {
    const generator = createGenerator(seed, 'perturb', 'warp');
    return resample(table, (length) => {
      const end = Math.max(1, length - 1);
      const drawn = Array.from({ length: waves }, () => generator.normal());
      const total = drawn.reduce((sum, weight) => sum + Math.abs(weight), 0);
      return Float64Array.from({ length }, (_, step) =>
        drawn.reduce((time, weight, index) => {
          const wave = Math.PI * (index + 1);
          return time + (strength * end * (weight / total) * Math.sin((wave * step) / end)) / wave;
        }, step),
      );
    });
  },
};
