import { absolute, minimum, multiply, subtract, sum } from '../../graph/index.js';
import type { Loss } from './loss.js';

/**
 * Mean over the outputs of e²/2 where |e| ≤ δ and δ(|e| − δ/2) beyond, e = z − y; with m = min(|e|, δ) both are
 * m(|e| − m/2). δ in standard deviations of the target. Huber, *Robust estimation of a location parameter*, 1964.
 */
export function huber(delta = 1): Loss {
  return {
    name: `huber:delta=${delta}`,
    target: 'values',
    of: (outputs, target) => {
      const size = absolute(subtract(outputs, target));
      const capped = minimum(size, delta);
      return multiply(1 / target.shape[0]!, sum(multiply(capped, subtract(size, multiply(0.5, capped)))));
    },
  };
}
