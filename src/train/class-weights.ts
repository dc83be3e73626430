import type { Dataset } from '../data/index.js';
import { InputError } from '../errors.js';
import type { Configuration } from './configuration.js';

/**
 * What each class weighs in the loss, scaled so that the training labels weigh 1 on average: a learning rate that suits
 * the loss without weights suits it with them. Balanced: each class as much as any other, whatever it has of rows.
 * @returns undefined where all weigh the same.
 * @throws InputError for a list of another length than there are classes.
 */
export function classWeightsOf(
  setting: Configuration['classWeights'],
  train: Dataset,
  classes: readonly string[],
): number[] | undefined {
  if (setting === 'none') return undefined;
  const counts = new Array<number>(classes.length).fill(0);
  for (const label of train.labels ?? train.stepLabels ?? []) if (label >= 0) counts[label]! += 1;
  if (setting !== 'balanced' && setting.length !== classes.length)
    throw new InputError(
      `classWeights: got ${setting.length} weights, and there are ${classes.length} classes: ${classes.join(', ')}`,
    );
  // A class without training rows has nothing to be weighed.
  const weights = setting === 'balanced' ? counts.map((count) => (count === 0 ? 0 : 1 / count)) : setting;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const weighed = counts.reduce((sum, count, k) => sum + count * weights[k]!, 0);
  return weights.map((weight) => (weight * total) / weighed);
}
