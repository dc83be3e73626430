/** Losses by name: a new one is one file and one row here. */
import { belowOne, numberAt, parseSpec, positive, type SpecKeys, type SpecValues } from '../../spec.js';
import { absoluteError } from './absolute-error.js';
import { crossEntropy } from './cross-entropy.js';
import { huber } from './huber.js';
import type { Loss } from './loss.js';
import { squaredError } from './squared-error.js';

export { absoluteError } from './absolute-error.js';
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.js';
export { huber } from './huber.js';
export type { Loss } from './loss.js';
export { squaredError } from './squared-error.js';

interface LossEntry {
  readonly keys: SpecKeys;
  /** @param weights by class, for a loss of classes. */
  readonly create: (values: SpecValues, weights: readonly number[] | undefined) => Loss;
}

export const losses: Readonly<Record<string, LossEntry>> = {
  'cross-entropy': {
    keys: { smoothing: { kind: 'number', default: 0, limit: belowOne } },
    create: (values, weights) => crossEntropy({ smoothing: numberAt(values, 'smoothing'), weights }),
  },
  mse: { keys: {}, create: () => squaredError },
  mae: { keys: {}, create: () => absoluteError },
  huber: {
    keys: { delta: { kind: 'number', default: 1, limit: positive } },
    create: (values) => huber(numberAt(values, 'delta')),
  },
};

/**
 * Reads `cross-entropy:smoothing=0.1`, `mse`, `mae` or `huber:delta=1`.
 * @throws InputError for an unknown loss or key, or a bad value.
 */
export function parseLoss(text: string, weights?: readonly number[]): Loss {
  const { name, values } = parseSpec(text, losses, 'loss');
  return losses[name]!.create(values, weights);
}
