import { absolute, multiply, subtract, sum } from '../../graph/index.js';
import type { Loss } from './loss.js';

/** Mean over the outputs of |z − y|: its minimiser is the median, and outliers weigh no more than others. */
export const absoluteError: Loss = {
  name: 'mae',
  target: 'values',
  of: (outputs, target) => multiply(1 / target.shape[0]!, sum(absolute(subtract(outputs, target)))),
};
