import { metricOf } from './metric.js';
import type { ValuePredictions } from './predictions.js';

/** As scikit-learn's `r2_score`: 1 − Σ(ŷ − y)² / Σ(y − ȳ)² for each number predicted, averaged. */
export const rSquared = metricOf<ValuePredictions>({
  name: 'rSquared',
  describe: '1 − Σ(ŷ − y)² / Σ(y − ȳ)², the mean over the numbers predicted: 1 is perfect, 0 no better than the mean',
  better: 'higher',
  range: [Number.NEGATIVE_INFINITY, 1],
  size: ({ width }) => 1 + 3 * width,
  add: ({ width, predicted, targets }, at, sums) => {
    sums[0]! += 1;
    for (let j = 0; j < width; j++) {
      const target = targets[at * width + j]!;
      // About the first target: sums of squares lose their digits where the mean is far from zero.
      const about = target - targets[j]!;
      sums[1 + 3 * j]! += about;
      sums[2 + 3 * j]! += about * about;
      sums[3 + 3 * j]! += (predicted[at * width + j]! - target) ** 2;
    }
  },
  value: (sums, { width }) => {
    let total = 0;
    for (let j = 0; j < width; j++) {
      const spread = sums[2 + 3 * j]! - sums[1 + 3 * j]! ** 2 / sums[0]!;
      total += spread > 0 ? 1 - sums[3 + 3 * j]! / spread : Number.NaN;
    }
    return total / width;
  },
  undefinedWhere: 'a target is the same everywhere, so there is no spread to explain',
});
