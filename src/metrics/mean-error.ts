import { type Metric, metricOf } from './metric.js';
import type { ValuePredictions } from './predictions.js';

/** A mean over all numbers predicted. */
function meanError(name: string, describe: string, errorOf: (difference: number) => number): Metric<ValuePredictions> {
  return metricOf<ValuePredictions>({
    name,
    describe,
    better: 'lower',
    range: [0, Number.POSITIVE_INFINITY],
    size: () => 2,
    add: ({ width, predicted, targets }, at, sums) => {
      for (let i = at * width; i < (at + 1) * width; i++) sums[0]! += errorOf(predicted[i]! - targets[i]!);
      sums[1]! += width;
    },
    value: ([total, count]) => total! / count!,
    undefinedWhere: 'no targets',
  });
}

export const meanSquaredError = meanError(
  'meanSquaredError',
  'mean of (ŷ − y)², raw units squared',
  (own) => own * own,
);
export const meanAbsoluteError = meanError('meanAbsoluteError', 'mean of |ŷ − y|, raw units', Math.abs);
