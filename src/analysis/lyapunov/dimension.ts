import { exact, type Figure, jackknife, missing } from '../estimate.js';

/**
 * Kaplan–Yorke dimension k + Σ_{i≤k} Λ_i / |Λ_{k+1}|, k the largest number with a non-negative partial sum: 0 if Λ_1 < 0,
 * N if no partial sum is negative. Kaplan & Yorke 1979.
 * @param exponents descending.
 * @returns null if the partial sums of the exponents given are all non-negative and there are more than these.
 */
export function kaplanYorke(exponents: readonly number[], size: number): number | null {
  let sum = 0;
  for (const [k, exponent] of exponents.entries()) {
    if (sum + exponent < 0) return k === 0 ? 0 : k + sum / Math.abs(exponent);
    sum += exponent;
  }
  return exponents.length === size ? size : null;
}

/** Its estimate, with a jackknife error over independent rows (or blocks of time) of exponents. */
export function dimensionOf(draws: readonly (readonly number[])[], size: number, seed: number | null): Figure {
  const sorted = (means: readonly number[]) => [...means].sort((a, b) => b - a);
  const means = draws[0]!.map((_, i) => draws.reduce((total, row) => total + row[i]!, 0) / draws.length);
  const value = kaplanYorke(sorted(means), size);
  if (value === null)
    return missing(
      `the sums of the first ${means.length} exponents are not negative yet, so the dimension is at least ${means.length}: ask for more exponents`,
    );
  if (value === 0 || value === size) return { ...exact(value, draws.length), seed };
  return jackknife(draws, (own) => kaplanYorke(sorted(own), size) ?? means.length, seed);
}
