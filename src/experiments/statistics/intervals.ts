/** Student-t intervals over training seeds: the seed is the independent unit, whatever was averaged within it. */
import type { Interval, StudyComparison } from '../../result/study.js';
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

/** Which side of 0 the whole interval lies on, if any. */
export function verdictOf({ low, high }: Interval): StudyComparison['verdict'] {
  if (low > 0) return 'first better';
  return high < 0 ? 'second better' : 'inconclusive';
}
