/** Slopes of log error against log step size, with confidence intervals from independent groups of paths. */

export interface Slope {
  readonly slope: number;
  /** Half-width of the interval. */
  readonly halfWidth: number;
}

/** P(|t| > 7.07) = 1e-6 for Student's t with 19 degrees of freedom: the false-alarm rate of each interval below. */
const quantile = 7.07;
const groups = 20;

/** Least-squares slope of y against x. */
export function leastSquares(x: readonly number[], y: readonly number[]): number {
  const mean = (of: readonly number[]) => of.reduce((total, value) => total + value, 0) / of.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((total, value, i) => total + (value - mx) * (y[i]! - my), 0);
  return covariance / x.reduce((total, value) => total + (value - mx) ** 2, 0);
}

/**
 * The order p of an error c δ^p: fitted in each of 20 groups of paths, then averaged; the interval is Student's.
 * @param samples [level][path], of which `error` makes one number for a group of paths.
 */
export function orderOf(
  stepSizes: readonly number[],
  samples: readonly Float64Array[],
  error: (group: Float64Array) => number,
): Slope {
  const x = stepSizes.map(Math.log);
  const size = Math.floor(samples[0]!.length / groups);
  const slopes = Array.from({ length: groups }, (_, group) =>
    leastSquares(
      x,
      samples.map((level) => Math.log(error(level.subarray(group * size, (group + 1) * size)))),
    ),
  );
  const slope = slopes.reduce((total, own) => total + own, 0) / groups;
  const variance = slopes.reduce((total, own) => total + (own - slope) ** 2, 0) / (groups - 1);
  return { slope, halfWidth: quantile * Math.sqrt(variance / groups) };
}

export const meanOf = (values: Float64Array): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

/** Mean and its standard error. */
export function meanWithError(values: Float64Array): { readonly mean: number; readonly error: number } {
  const mean = meanOf(values);
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}
