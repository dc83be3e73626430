import { add, divide, multiply, subtract } from '../graph/index.js';
import { belowOne, numberAt } from '../spec.js';
import { eachUnit } from './each-unit.js';
import { noiseScale, type SchemeEntry } from './scheme.js';

/** Bernoulli noise on the update, scaled to mean one: h⁺ = h + δ ⊙ k/(1 − p) ⊙ f, k = 0 with probability p. */
export const dropout: SchemeEntry = {
  description: 'the update dropped with probability rate, else scaled by 1/(1 − rate)',
  keys: { rate: { kind: 'number', default: 0, limit: belowOne }, eps: noiseScale },
  create: (values) => {
    const rate = numberAt(values, 'rate');
    return {
      kind: 'update',
      name: 'dropout',
      scale: numberAt(values, 'eps'),
      centred: true,
      symmetric: rate === 0.5,
      next: eachUnit(({ h, drift, stepSize, draw, scale }) => {
        const update = multiply(stepSize, drift);
        if (rate === 0) return add(h, update);
        const factor = add(subtract(1, scale), multiply(divide(scale, 1 - rate), draw(0, 'bernoulli', rate)));
        return add(h, multiply(update, factor));
      }),
    };
  },
};
