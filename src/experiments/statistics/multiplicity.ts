/** Corrections for looking more than once. */
import { studentQuantile } from './student.js';

/** Two-sided probability of a Student t at least this large, to 1e-12. NaN without degrees of freedom. */
export function studentProbability(t: number, freedom: number): number {
  if (!(freedom >= 1) || Number.isNaN(t)) return Number.NaN;
  if (t === 0) return 1;
  // The quantile grows with the probability: halve the interval that holds it.
  let [low, high] = [1e-12, 1 - 1e-12];
  if (Math.abs(t) >= studentQuantile(high, freedom)) return 1 - high;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentQuantile(middle, freedom) < Math.abs(t)) low = middle;
    else high = middle;
  }
  return 1 - (low + high) / 2;
}

/**
 * Holm's adjusted probabilities, which hold the chance of any false finding below the level whatever the dependence: the
 * k-th smallest of n times n − k + 1, never less than the one before and at most 1. Holm, Scand. J. Statist. 1979. NaN stays.
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities
    .map((value, index) => ({ value, index }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => a.value - b.value);
  const adjusted = probabilities.map(() => Number.NaN);
  let least = 0;
  for (const [rank, { value, index }] of order.entries()) {
    least = Math.min(1, Math.max(least, value * (order.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}
