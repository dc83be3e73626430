/** Two runs on the same test rows: every row is its own control, so that far smaller differences can be told. */
import { createGenerator } from '../random/index.js';

export interface PairedDifference {
  /** Mean of the second run's rows minus the first's. */
  readonly value: number;
  readonly standardError: number;
  /** 95 %, percentiles of the bootstrap over rows. */
  readonly low: number;
  readonly high: number;
  /** Rows that both runs have a value of. */
  readonly count: number;
  readonly seed: number;
  readonly converged: boolean;
}

/** Resamples of a bootstrap: its 2.5 % points are then known to about a tenth of the standard error. */
const resamples = 2000;

/**
 * Paired bootstrap of the mean difference (Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, §16): rows are
 * drawn with replacement, each with its values of both runs.
 * @param first, second values by row; rows where either is null are left out.
 */
export function pairedBootstrap(
  first: readonly (number | null)[],
  second: readonly (number | null)[],
  seed: number,
): PairedDifference {
  const differences = first.flatMap((own, row) => {
    const other = second[row];
    return own === null || other === null || other === undefined ? [] : [other - own];
  });
  const count = differences.length;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const value = mean(differences);
  const spread = differences.reduce((sum, own) => sum + (own - value) ** 2, 0) / Math.max(1, count - 1);
  const generator = createGenerator(seed, 'paired bootstrap');
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let draw = 0; draw < count; draw++) sum += differences[generator.integer(count)]!;
    return sum / count;
  }).sort();
  const at = (share: number) => means[Math.round(share * (resamples - 1))]!;
  return {
    ...{ value, standardError: Math.sqrt(spread / count), low: at(0.025), high: at(0.975), count, seed },
    converged: count > 1,
  };
}

export interface McNemar {
  /** Rows that only the first run gets right, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided, exact. */
  readonly p: number;
}

/**
 * McNemar's exact test: were both runs equally good, each row that one alone gets right would go to either like a coin.
 * McNemar, *Note on the sampling error of the difference between correlated proportions*, Psychometrika 1947.
 */
export function mcNemar(first: readonly number[], second: readonly number[]): McNemar {
  let onlyFirst = 0;
  let onlySecond = 0;
  for (const [row, own] of first.entries()) {
    if (own > second[row]!) onlyFirst += 1;
    else if (own < second[row]!) onlySecond += 1;
  }
  const count = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // Binomial terms by their logarithm: 2^−count alone would underflow.
  let term = -count * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(term);
    term += Math.log((count - k) / (k + 1));
  }
  return { onlyFirst, onlySecond, p: Math.min(1, 2 * tail) };
}

/**
 * 95 % interval of the difference of two proportions of independent samples (second minus first): Newcombe, *Interval
 * estimation for the difference between independent proportions*, Stat. Med. 1998, method 10.
 */
export function newcombe(
  first: { readonly value: number; readonly low: number; readonly high: number },
  second: { readonly value: number; readonly low: number; readonly high: number },
): { readonly value: number; readonly low: number; readonly high: number } {
  const value = second.value - first.value;
  return {
    value,
    low: value - Math.hypot(second.value - second.low, first.high - first.value),
    high: value + Math.hypot(second.high - second.value, first.value - first.low),
  };
}
