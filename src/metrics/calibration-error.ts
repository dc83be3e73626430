import { metricOf } from './metric.js';
import { type ClassPredictions, largestAt, logitsAt, softmax } from './predictions.js';

/** Bins of equal width that the confidences from 0 to 1 are sorted into. */
export const calibrationBins = 15;

/**
 * Guo, Pleiss, Sun & Weinberger, *On calibration of modern neural networks*, ICML 2017, eq. 3. Never negative, so biased
 * upwards in small samples; the interval does not know that.
 */
export const expectedCalibrationError = metricOf<ClassPredictions>({
  name: 'expectedCalibrationError',
  describe: `Σ (n_b / n) |accuracy − mean confidence| over ${calibrationBins} bins of equal width of the largest probability`,
  better: 'lower',
  range: [0, 1],
  size: () => 1 + calibrationBins,
  add: (of, at, sums) => {
    const probabilities = softmax(logitsAt(of, at));
    const answer = largestAt(probabilities);
    const confidence = probabilities[answer]!;
    const bin = Math.min(calibrationBins, Math.max(1, Math.ceil(confidence * calibrationBins)));
    sums[0]! += 1;
    sums[bin]! += (answer === of.labels[at] ? 1 : 0) - confidence;
  },
  value: (sums) => {
    let total = 0;
    for (let bin = 1; bin <= calibrationBins; bin++) total += Math.abs(sums[bin]!);
    return total / sums[0]!;
  },
  undefinedWhere: 'no labels',
});
