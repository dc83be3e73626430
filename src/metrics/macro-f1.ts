import { addCounts, countsSize, meanOverClasses } from './class-counts.js';
import { metricOf } from './metric.js';
import type { ClassPredictions } from './predictions.js';

/** As scikit-learn's `f1_score(average='macro')`: a class that neither occurs nor is answered is left out. */
export const macroF1 = metricOf<ClassPredictions>({
  name: 'macroF1',
  describe: 'mean over classes of F1 = 2 · right / (labels + answers), the harmonic mean of precision and recall',
  better: 'higher',
  range: [0, 1],
  size: countsSize,
  add: addCounts,
  value: (sums) => meanOverClasses(sums, (right, labels, answers) => (2 * right) / (labels + answers)),
  undefinedWhere: 'no labels',
});
