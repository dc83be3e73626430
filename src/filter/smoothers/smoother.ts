/** What a filter leaves behind of every step, and what a smoother makes of it. */
import type { Method } from '../methods/index.js';

export interface StepRecord {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly predictedMean: Float64Array;
  readonly predictedCovariance: Float64Array;
  readonly cross: Float64Array;
  /** Of a filter that linearises: Jᵀ above Bᵀ, and the corrected channels. */
  readonly linear: {
    readonly derivatives: Float64Array;
    readonly count: number;
    readonly rows: Float64Array;
    readonly images: Float64Array;
    readonly errors: Float64Array;
    readonly variances: Float64Array;
  } | null;
}

export interface Smoothed {
  readonly mean: readonly Float64Array[];
  readonly covariance: readonly Float64Array[];
}

/** Copies of what a method knows after a step. */
export function recordOf({ mean, covariance, prediction }: Method): StepRecord {
  const { mean: predictedMean, covariance: predictedCovariance, cross, linear } = prediction!;
  return {
    mean: mean.slice(),
    covariance: covariance.slice(),
    predictedMean: predictedMean.slice(),
    predictedCovariance: predictedCovariance.slice(),
    cross: cross.slice(),
    linear:
      linear === null
        ? null
        : {
            derivatives: linear.derivatives.slice(),
            count: linear.correction.observed,
            rows: linear.correction.rows.slice(),
            images: linear.correction.images.slice(),
            errors: linear.correction.errors.slice(),
            variances: linear.correction.variances.slice(),
          },
  };
}
