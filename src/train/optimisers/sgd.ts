import { InputError } from '../../errors.js';
import { belowOne, nonNegative, numberAt } from '../../spec.js';
import type { OptimiserKind } from './optimiser.js';

/** Stochastic gradient descent with momentum, as torch.optim.SGD (dampening 0): decay is added to the gradient. */
export const sgd: OptimiserKind = {
  keys: {
    lr: { kind: 'number', default: 0.01, limit: nonNegative },
    weightDecay: { kind: 'number', default: 0, limit: nonNegative },
    momentum: { kind: 'number', default: 0, limit: belowOne },
    nesterov: { kind: 'flag', default: 0 },
  },
  create(values) {
    const momentum = numberAt(values, 'momentum');
    const nesterov = numberAt(values, 'nesterov') === 1;
    if (nesterov && momentum === 0)
      throw new InputError(
        'optimiser "sgd": nesterov needs a momentum above 0; give momentum=0.9 or leave nesterov out',
      );
    return {
      slots: momentum > 0 ? ['momentum'] : [],
      update(parameter, gradient, [velocity], { lr, weightDecay }) {
        for (let i = 0; i < parameter.length; i++) {
          let direction = gradient[i]! + weightDecay * parameter[i]!;
          if (velocity) {
            velocity[i] = momentum * velocity[i]! + direction;
            direction = nesterov ? direction + momentum * velocity[i]! : velocity[i]!;
          }
          parameter[i] = parameter[i]! - lr * direction;
        }
      },
    };
  },
};
