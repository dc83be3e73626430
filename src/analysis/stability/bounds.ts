import { Matrix } from 'ml-matrix';
import type { AffineForm } from './affine-form.js';
import { logNorm, scaleRows, spectralNorm } from './matrices.js';
import { vertexMaximum } from './vertices.js';

/** Three upper bounds on one rate. */
export interface Bounds {
  readonly matrix: number;
  readonly logNormCheap: number;
  /** The vertex maximum up to 12 units; beyond, the smaller of the other two, which is still a valid bound. */
  readonly logNormSharp: number;
  readonly sharpIsExact: boolean;
  /** Where the sharp bound is not exact: the largest value an ascent over the vertices met, a lower limit to it. */
  readonly sharpAtLeast: number;
}

/** Bounds on the largest exponent of the noise-free drift in continuous time, uniform over inputs. */
export function driftBounds({ A, W, slope }: AffineForm): Bounds {
  const reach = slope * spectralNorm(W);
  const middle = Matrix.add(A, Matrix.mul(W, slope / 2));
  const sharp = vertexMaximum('logNorm', A, W, slope);
  return assembled(logNorm(A).value + reach, logNorm(middle).value + reach / 2, sharp.value, sharp.exact);
}

/**
 * Bounds on the largest factor by which one noise-free Euler step can move two states apart, ‖I + diag(δ)(A + D W)‖.
 * @param stepSizes δ of each unit.
 */
export function stepFactors({ A, W, slope, units }: AffineForm, stepSizes: ArrayLike<number>): Bounds {
  const X = Matrix.add(Matrix.eye(units), scaleRows(stepSizes, A));
  const Y = scaleRows(stepSizes, W);
  const reach = slope * spectralNorm(Y);
  const middle = Matrix.add(X, Matrix.mul(Y, slope / 2));
  const sharp = vertexMaximum('norm', X, Y, slope);
  return assembled(spectralNorm(X) + reach, spectralNorm(middle) + reach / 2, sharp.value, sharp.exact);
}

function assembled(matrix: number, logNormCheap: number, sharp: number, exact: boolean): Bounds {
  return {
    matrix,
    logNormCheap,
    logNormSharp: exact ? sharp : Math.min(matrix, logNormCheap),
    sharpIsExact: exact,
    sharpAtLeast: sharp,
  };
}

export function best(bounds: Bounds): number {
  return Math.min(bounds.matrix, bounds.logNormCheap, bounds.logNormSharp);
}

/** Applies an increasing function to every bound. */
export function mapBounds(bounds: Bounds, map: (value: number) => number): Bounds {
  return {
    matrix: map(bounds.matrix),
    logNormCheap: map(bounds.logNormCheap),
    logNormSharp: map(bounds.logNormSharp),
    sharpIsExact: bounds.sharpIsExact,
    sharpAtLeast: map(bounds.sharpAtLeast),
  };
}
