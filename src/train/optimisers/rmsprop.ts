import { belowOne, nonNegative, numberAt, unitInterval } from '../../spec.js';
import type { OptimiserKind } from './optimiser.js';

/** RMSprop (Tieleman & Hinton 2012), as torch.optim.RMSprop (not centred): decay is added to the gradient. */
export const rmsprop: OptimiserKind = {
  keys: {
    lr: { kind: 'number', default: 0.01, limit: nonNegative },
    weightDecay: { kind: 'number', default: 0, limit: nonNegative },
    alpha: { kind: 'number', default: 0.99, limit: unitInterval },
    eps: { kind: 'number', default: 1e-8, limit: nonNegative },
    momentum: { kind: 'number', default: 0, limit: belowOne },
  },
  create(values) {
    const alpha = numberAt(values, 'alpha');
    const eps = numberAt(values, 'eps');
    const momentum = numberAt(values, 'momentum');
    return {
      slots: momentum > 0 ? ['square', 'momentum'] : ['square'],
      update(parameter, gradient, slots, { lr, weightDecay }) {
        const square = slots[0]!;
        const velocity = slots[1];
        for (let i = 0; i < parameter.length; i++) {
          const direction = gradient[i]! + weightDecay * parameter[i]!;
          square[i] = alpha * square[i]! + (1 - alpha) * direction * direction;
          let update = direction / (Math.sqrt(square[i]!) + eps);
          if (velocity) {
            velocity[i] = momentum * velocity[i]! + update;
            update = velocity[i]!;
          }
          parameter[i] = parameter[i]! - lr * update;
        }
      },
    };
  },
};
