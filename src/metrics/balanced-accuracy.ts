import { addCounts, countsSize, meanOverClasses } from './class-counts.js';
import { metricOf } from './metric.js';
import type { ClassPredictions } from './predictions.js';

/** Brodersen, Ong, Stephan & Buhmann, *The balanced accuracy and its posterior distribution*, ICPR 2010. */
export const balancedAccuracy = metricOf<ClassPredictions>({
  name: 'balancedAccuracy',
  describe: 'mean over the classes that occur of the share of their rows answered rightly (recall)',
  better: 'higher',
  range: [0, 1],
  size: countsSize,
  add: addCounts,
  value: (sums) => meanOverClasses(sums, (right, labels) => right / labels),
  undefinedWhere: 'no labels',
});
