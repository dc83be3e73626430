import { multiply, square, subtract, sum } from '../../graph/index.js';
import type { Loss } from './loss.js';

/** Mean over the outputs of (z − y)². */
export const squaredError: Loss = {
  name: 'mse',
  target: 'values',
  of: (outputs, target) => multiply(1 / target.shape[0]!, sum(square(subtract(outputs, target)))),
};
