/**
 * The smoother of Rauch, Tung & Striebel (AIAA Journal 1965): m̂ = m + G (m̂⁺ − m⁻), Ŝ = S + G (Ŝ⁺ − S⁻) Gᵀ, with
 * G = Cov(h, h⁺) (S⁻)⁻¹, of any method that knows that covariance.
 */

import { InputError } from '../../errors.js';
import { backwardSolve, cholesky, forwardSolve } from '../../linear-algebra/cholesky.js';
import { accumulateProduct } from '../../linear-algebra/dense.js';
import { mirror, times } from '../covariance.js';
import type { Smoothed, StepRecord } from './smoother.js';

/** @throws InputError where S⁻ is singular. */
export function rauchTungStriebel(records: readonly StepRecord[], size: number): Smoothed {
  const last = records[records.length - 1]!;
  const means = [last.mean];
  const covariances = [last.covariance];
  for (let at = records.length - 2; at >= 0; at--) {
    const { mean, covariance } = records[at]!;
    const next = records[at + 1]!;
    const L = cholesky(next.predictedCovariance, size);
    if (L === null)
      throw new InputError(
        `smooth: the predicted covariance at step ${at + 2} is singular, and this smoother divides by it; give every ` +
          'component of the state some noise (process), or take the smoother bryson-frazier of method extended',
      );
    // Gᵀ = (S⁻)⁻¹ Cᵀ.
    const G = transposed(next.cross, size);
    forwardSolve(L, size, G, size);
    backwardSolve(L, size, G, size);
    const gain = transposed(G, size);
    const ahead = means[0]!;
    const shift = new Float64Array(size);
    times(
      shift,
      gain,
      Float64Array.from(ahead, (value, i) => value - next.predictedMean[i]!),
      0,
      size,
    );
    const difference = covariances[0]!.map((value, i) => value - next.predictedCovariance[i]!);
    const half = new Float64Array(size * size);
    accumulateProduct(half, difference, G, size);
    const smoothed = covariance.slice();
    accumulateProduct(smoothed, gain, half, size);
    mirror(smoothed, size);
    means.unshift(mean.map((value, i) => value + shift[i]!));
    covariances.unshift(smoothed);
  }
  return { mean: means, covariance: covariances };
}

function transposed(matrix: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) out[j * size + i] = matrix[i * size + j]!;
  return out;
}
