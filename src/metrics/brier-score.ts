import { metricOf } from './metric.js';
import { type ClassPredictions, logitsAt, softmax } from './predictions.js';

/**
 * Brier, *Verification of forecasts expressed in terms of probability*, Monthly Weather Review 1950: over all classes, so
 * of two classes twice the score that looks at one.
 */
export const brierScore = metricOf<ClassPredictions>({
  name: 'brierScore',
  describe: 'mean of Σₖ (pₖ − yₖ)² over all classes, 0 to 2: a proper score of the probabilities',
  better: 'lower',
  range: [0, 2],
  size: () => 2,
  add: (of, at, sums) => {
    const probabilities = softmax(logitsAt(of, at));
    for (let k = 0; k < of.classes; k++) sums[0]! += (probabilities[k]! - (k === of.labels[at] ? 1 : 0)) ** 2;
    sums[1]! += 1;
  },
  value: ([total, count]) => total! / count!,
  undefinedWhere: 'no labels',
});
