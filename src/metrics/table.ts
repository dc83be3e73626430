import { accuracy } from './accuracy.js';
import { auroc } from './auroc.js';
import { balancedAccuracy } from './balanced-accuracy.js';
import { brierScore } from './brier-score.js';
import { expectedCalibrationError } from './calibration-error.js';
import { macroF1 } from './macro-f1.js';
import { meanAbsoluteError, meanSquaredError } from './mean-error.js';
import { negativeLogLikelihood } from './negative-log-likelihood.js';
import { rSquared } from './r-squared.js';

/** A new metric is one file and one entry in one of these. */
export const classMetrics = [
  accuracy,
  balancedAccuracy,
  macroF1,
  auroc,
  negativeLogLikelihood,
  brierScore,
  expectedCalibrationError,
] as const;

export const valueMetrics = [meanSquaredError, meanAbsoluteError, rSquared] as const;

export const metricNames: readonly string[] = [...classMetrics, ...valueMetrics].map(({ name }) => name);

/** Which way the metric of this name is better; undefined if there is none. */
export function metricNamed(name: string): { readonly better: 'higher' | 'lower' } | undefined {
  return [...classMetrics, ...valueMetrics].find((metric) => metric.name === name);
}
