/** Student-t intervals over training seeds: the seed is the independent unit, whatever was averaged within it. */
import type { Interval, Verdict } from '../../result/study.js';
import { studentQuantile } from './student.js';

const CONFIDENCE = 0.95;

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The 95 % interval of a mean; of a single value it has no ends (NaN). */
export function meanInterval(values: readonly number[]): Interval {
  const count = values.length;
  const value = mean(values);
  if (count < 2) return { value, low: Number.NaN, high: Number.NaN, standardError: Number.NaN, count };
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (count - 1);
  const standardError = Math.sqrt(variance / count);
  const half = studentQuantile(CONFIDENCE, count - 1) * standardError;
  return { value, low: value - half, high: value + half, standardError, count };
}

/** As `meanInterval`, cut to [0, 1], where every accuracy lies. */
export function accuracyInterval(accuracies: readonly number[]): Interval {
  const interval = meanInterval(accuracies);
  return { ...interval, low: Math.max(0, interval.low), high: Math.min(1, interval.high) };
}

/** The interval of first − second, entries of the same position belonging together. @throws RangeError if lengths differ. */
export function pairedInterval(first: readonly number[], second: readonly number[]): Interval {
  if (first.length !== second.length)
    throw new RangeError(`pairedInterval: ${first.length} and ${second.length} values`);
  return meanInterval(first.map((value, index) => value - second[index]!));
}

/** What a claim of a positive difference is, by the side of 0 that the whole interval lies on. */
export function verdictOf({ low, high }: Interval): Verdict {
  if (low > 0) return 'supported';
  return high < 0 ? 'contradicted' : 'inconclusive';
}

const POWER = 0.8;

/**
 * The smallest true difference that a comparison of this standard error and number of pairs finds, in the sense that its
 * 95 % interval excludes 0, in 80 of 100 studies: (t₀.₉₇₅ + t₀.₈₀) · SE, quantiles of Student's t with n − 1 degrees of
 * freedom (the usual approximation to the noncentral t; Bloom, *Evaluation Review* 19, 1995). NaN for one pair.
 */
export function detectableDifference({ standardError, count }: Interval): number {
  if (count < 2) return Number.NaN;
  return (studentQuantile(CONFIDENCE, count - 1) + studentQuantile(2 * POWER - 1, count - 1)) * standardError;
}
