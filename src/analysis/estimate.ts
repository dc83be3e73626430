/** What every analysis returns: a figure that says how far it can be trusted. */

export interface Estimate {
  readonly value: number;
  /** Standard error of `value`; 0 where it is exact to rounding. */
  readonly standardError: number;
  /** Independent draws, rows or iterations behind the value. */
  readonly count: number;
  /** Seed of the draws; null where nothing was drawn. */
  readonly seed: number | null;
  /** Whether the method met its own stopping rule; always true for exact figures and plain averages. */
  readonly converged: boolean;
}

/** A figure that does not exist for this model, and why. */
export interface Missing {
  readonly value: null;
  readonly reason: string;
}

export type Figure = Estimate | Missing;

/** Called as a long loop advances: `done` of `total` units of work. */
export type Progress = (done: number, total: number) => void;

export function exact(value: number, count = 1): Estimate {
  return { value, standardError: 0, count, seed: null, converged: true };
}

export function missing(reason: string): Missing {
  return { value: null, reason };
}

export function isMissing(figure: Figure): figure is Missing {
  return figure.value === null;
}

/** Mean of independent draws with its standard error; of one draw the error is unknown and `converged` is false. */
export function meanOf(draws: ArrayLike<number>, seed: number | null = null): Estimate {
  const count = draws.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += draws[i]!;
  const value = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (draws[i]! - value) ** 2;
  if (count < 2) return { value, standardError: Number.NaN, count, seed, converged: false };
  return { value, standardError: Math.sqrt(squares / (count - 1) / count), count, seed, converged: true };
}

/**
 * A smooth function of column means of independent draws, by the delete-one jackknife.
 * Efron & Stein, *The jackknife estimate of variance*, Ann. Statist. 1981.
 * @param draws [count] rows of equal length.
 */
export function jackknife(
  draws: readonly (readonly number[])[],
  statistic: (means: readonly number[]) => number,
  seed: number | null = null,
): Estimate {
  const count = draws.length;
  const sums = (draws[0] ?? []).map((_, column) => draws.reduce((total, row) => total + row[column]!, 0));
  const value = statistic(sums.map((sum) => sum / count));
  if (count < 2) return { value, standardError: Number.NaN, count, seed, converged: false };
  const left = draws.map((row) => statistic(sums.map((sum, column) => (sum - row[column]!) / (count - 1))));
  const mean = left.reduce((total, own) => total + own, 0) / count;
  const squares = left.reduce((total, own) => total + (own - mean) ** 2, 0);
  return { value, standardError: Math.sqrt((squares * (count - 1)) / count), count, seed, converged: true };
}
