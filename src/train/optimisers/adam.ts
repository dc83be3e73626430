import { belowOne, nonNegative, numberAt, type SpecKeys, type SpecValues } from '../../spec.js';
import type { OptimiserKind, UpdateRule } from './optimiser.js';

const keys = {
  lr: { kind: 'number', default: 0.001, limit: nonNegative },
  weightDecay: { kind: 'number', default: 0, limit: nonNegative },
  beta1: { kind: 'number', default: 0.9, limit: belowOne },
  beta2: { kind: 'number', default: 0.999, limit: belowOne },
  eps: { kind: 'number', default: 1e-8, limit: nonNegative },
} as const satisfies SpecKeys;

/** Adam (Kingma & Ba, ICLR 2015), as torch.optim.Adam: decay is an L2 penalty, added to the gradient. */
export const adam: OptimiserKind = { keys, create: (values) => rule(values, false) };

/** AdamW (Loshchilov & Hutter, ICLR 2019), as torch.optim.AdamW: decay shrinks the parameter, apart from the moments. */
export const adamw: OptimiserKind = {
  keys: { ...keys, weightDecay: { ...keys.weightDecay, default: 0.01 } },
  create: (values) => rule(values, true),
};

function rule(values: SpecValues, decoupled: boolean): UpdateRule {
  const beta1 = numberAt(values, 'beta1');
  const beta2 = numberAt(values, 'beta2');
  const eps = numberAt(values, 'eps');
  return {
    slots: ['m', 'v'],
    update(parameter, gradient, slots, { lr, weightDecay }, step) {
      const m = slots[0]!;
      const v = slots[1]!;
      const stepSize = lr / (1 - beta1 ** step);
      const rootCorrection = Math.sqrt(1 - beta2 ** step);
      const shrink = decoupled ? 1 - lr * weightDecay : 1;
      const penalty = decoupled ? 0 : weightDecay;
      for (let i = 0; i < parameter.length; i++) {
        const direction = gradient[i]! + penalty * parameter[i]!;
        m[i] = beta1 * m[i]! + (1 - beta1) * direction;
        v[i] = beta2 * v[i]! + (1 - beta2) * direction * direction;
        parameter[i] = parameter[i]! * shrink - (stepSize * m[i]!) / (Math.sqrt(v[i]!) / rootCorrection + eps);
      }
    },
  };
}
