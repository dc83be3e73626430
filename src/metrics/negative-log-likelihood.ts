import { metricOf } from './metric.js';
import { type ClassPredictions, logitsAt, logSumExp } from './predictions.js';

export const negativeLogLikelihood = metricOf<ClassPredictions>({
  name: 'negativeLogLikelihood',
  describe: 'mean of −log p(label), in nats: a proper score of the probabilities',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  size: () => 2,
  add: (of, at, sums) => {
    const logits = logitsAt(of, at);
    sums[0]! += logSumExp(logits) - logits[of.labels[at]!]!;
    sums[1]! += 1;
  },
  value: ([total, count]) => total! / count!,
  undefinedWhere: 'no labels',
});
