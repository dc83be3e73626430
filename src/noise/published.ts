import { add, multiply, subtract } from '../graph/index.js';
import { numberAt, unitInterval } from '../spec.js';
import { eachUnit } from './each-unit.js';
import { amplitude, noiseScale, type SchemeEntry } from './scheme.js';

/**
 * The noise of the experiments released with Lim et al. 2021: h⁺ = h + δ ⊙ m ⊙ f + a·n with m = 1 − μ + μu,
 * u ~ U(0, 1), n ~ N(0, 1) for each unit and step. Not centred: E m = 1 − μ/2; `add` is not scaled by √δ.
 */
export const published: SchemeEntry = {
  description: 'the released experiments: update times 1 − mult + mult·U(0,1), plus add·N(0,1)',
  keys: { mult: { kind: 'number', default: 0, limit: unitInterval }, add: amplitude, eps: noiseScale },
  create: (values) => {
    const mult = numberAt(values, 'mult');
    const additive = numberAt(values, 'add');
    return {
      kind: 'update',
      name: 'published',
      scale: numberAt(values, 'eps'),
      centred: mult === 0,
      symmetric: true,
      next: eachUnit(({ h, drift, stepSize, draw, scale }) => {
        let update = multiply(stepSize, drift);
        const share = multiply(scale, mult);
        if (mult !== 0) update = multiply(update, add(subtract(1, share), multiply(share, draw(0, 'uniform'))));
        const moved = add(h, update);
        return additive === 0 ? moved : add(moved, multiply(multiply(scale, additive), draw(1, 'normal')));
      }),
    };
  },
};
