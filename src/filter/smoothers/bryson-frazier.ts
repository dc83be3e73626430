/**
 * The smoother of Bryson & Frazier (1963) in Bierman's form (1977): the adjoint of the filter, back through every corrected
 * channel and step. It inverts nothing but the variances that the filter divided by, so it serves a singular S⁻ too (noise
 * on part of the state, S_0 = 0).
 *
 *     channel:  λ ← λ − a (e/v + Kᵀλ),    Λ ← (I − a Kᵀ) Λ (I − K aᵀ) + a aᵀ/v
 *     step:     λ ← Jᵀλ,                  Λ ← Jᵀ Λ J
 *     m̂ = m − S λ,    Ŝ = S − S Λ S
 */
import { accumulateProduct } from '../../linear-algebra/dense.js';
import { addLowerProduct, dot, mirror, times } from '../covariance.js';
import type { Smoothed, StepRecord } from './smoother.js';

export function brysonFrazier(records: readonly StepRecord[], size: number): Smoothed {
  const lambda = new Float64Array(size);
  const Lambda = new Float64Array(size * size);
  const image = new Float64Array(size);
  const scratch = new Float64Array(size * size);
  const smoothed: { mean: Float64Array; covariance: Float64Array }[] = [];
  for (let at = records.length - 1; at >= 0; at--) {
    const { mean, covariance, linear } = records[at]!;
    smoothed.unshift(withHindsight(mean, covariance));
    const { derivatives, count, rows, images, errors, variances } = linear!;
    for (let k = count - 1; k >= 0; k--) correct(rows, images, k * size, errors[k]!, variances[k]!);
    // Jᵀ is the first N rows of the derivatives.
    image.set(lambda);
    for (let d = 0; d < size; d++) lambda[d] = dot(derivatives, d * size, image, 0, size);
    transposeInto(scratch, derivatives, size);
    // Jᵀ Λ J = J₂ᵀ(Λ J₂) with J₂ = J.
    const product = new Float64Array(size * size);
    accumulateProduct(product, Lambda, scratch, size);
    Lambda.fill(0);
    addLowerProduct(Lambda, scratch, product, size);
    mirror(Lambda, size);
  }
  return {
    mean: smoothed.map((own) => own.mean),
    covariance: smoothed.map((own) => own.covariance),
  };

  function withHindsight(mean: Float64Array, covariance: Float64Array) {
    const shift = new Float64Array(size);
    times(shift, covariance, lambda, 0, size);
    const product = new Float64Array(size * size);
    accumulateProduct(product, Lambda, covariance, size);
    const lost = new Float64Array(size * size);
    addLowerProduct(lost, covariance, product, size);
    mirror(lost, size);
    return {
      mean: mean.map((value, i) => value - shift[i]!),
      covariance: covariance.map((value, i) => value - lost[i]!),
    };
  }

  function correct(rows: Float64Array, images: Float64Array, row: number, error: number, variance: number): void {
    // K = S a / v.
    const gainTimesLambda = dot(images, row, lambda, 0, size) / variance;
    const factor = error / variance + gainTimesLambda;
    for (let i = 0; i < size; i++) lambda[i]! -= rows[row + i]! * factor;
    times(image, Lambda, images, row, size);
    for (let i = 0; i < size; i++) image[i]! /= variance;
    const spread = dot(images, row, image, 0, size) / variance + 1 / variance;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        Lambda[i * size + j]! +=
          spread * rows[row + i]! * rows[row + j]! - rows[row + i]! * image[j]! - image[i]! * rows[row + j]!;
  }
}

function transposeInto(out: Float64Array, matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) out[j * size + i] = matrix[i * size + j]!;
}
