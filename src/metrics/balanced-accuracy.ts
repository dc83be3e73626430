import { classMetric } from './class-interval.js';

/** Brodersen, Ong, Stephan & Buhmann, *The balanced accuracy and its posterior distribution*, ICPR 2010. */
export const balancedAccuracy = classMetric({
  name: 'balancedAccuracy',
  describe: 'mean over the classes that occur of the share of their rows answered rightly (recall)',
  figure: (right, labels) => right / labels,
  confusions: false,
});
