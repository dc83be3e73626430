import { classMetric } from './class-interval.js';

/** As scikit-learn's `f1_score(average='macro')`: a class that neither occurs nor is answered is left out. */
export const macroF1 = classMetric({
  name: 'macroF1',
  describe: 'mean over classes of F1 = 2 · right / (labels + answers), the harmonic mean of precision and recall',
  figure: (right, labels, answers) => (2 * right) / (labels + answers),
  confusions: true,
});
