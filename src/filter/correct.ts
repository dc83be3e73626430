/**
 * The correction by one observation, one channel after the other, without an inverse. In Joseph's form,
 * S⁺ = (I − K aᵀ) S (I − K aᵀ)ᵀ + r K Kᵀ, whose error in K is of second order. Channels that are not independent are
 * made so by L⁻¹, R = L Lᵀ. Bierman, *Factorization Methods for Discrete Sequential Estimation*, 1977.
 */
import { forwardSolve } from '../linear-algebra/cholesky.js';
import { dot, times } from './covariance.js';
import type { ObservationNoise } from './observation-noise.js';

export interface Correction {
  /** Corrects mean and covariance in place by y; NaN is missing. */
  readonly apply: (
    mean: Float64Array,
    covariance: Float64Array,
    y: ArrayLike<number>,
    output: Float64Array,
    outputDerivatives: Float64Array,
  ) => void;
  /** [K], y − g(m⁻), NaN where missing. */
  readonly innovation: Float64Array;
  /** Of the last observation: log p(y | before), the normalised squared innovation, and how many channels were there. */
  logLikelihood: number;
  nis: number;
  observed: number;
  /** [K], g(m⁻) and its variances with the observation noise, before the correction; of all channels. */
  readonly output: Float64Array;
  readonly outputVariance: Float64Array;
  /** One row for each channel there was, in order: aᵀ, S a before it, both [K, N]; its error and the error's variance. */
  readonly rows: Float64Array;
  readonly images: Float64Array;
  readonly errors: Float64Array;
  readonly variances: Float64Array;
}

const logTwoPi = Math.log(2 * Math.PI);

export function createCorrection(noise: ObservationNoise, size: number): Correction {
  const { size: channels } = noise;
  const rows = new Float64Array(channels * size);
  const images = new Float64Array(channels * size);
  const errors = new Float64Array(channels);
  const variances = new Float64Array(channels);
  const innovation = new Float64Array(channels);
  const predicted = new Float64Array(channels);
  const outputVariance = new Float64Array(channels);
  const whole = new Float64Array(size);
  const start = new Float64Array(size);
  const own = new Float64Array(channels);
  const image = new Float64Array(size);
  const result: Correction = {
    ...{
      innovation,
      output: predicted,
      outputVariance,
      rows,
      images,
      errors,
      variances,
      logLikelihood: 0,
      nis: 0,
      observed: 0,
    },
    apply(mean, covariance, y, output, outputDerivatives) {
      start.set(mean);
      spreadOf(covariance, output, outputDerivatives);
      let count = 0;
      for (let channel = 0; channel < channels; channel++) {
        const error = y[channel]! - output[channel]!;
        innovation[channel] = error;
        if (Number.isNaN(y[channel]!)) continue;
        for (let i = 0, at = channel; i < size; i++, at += channels) rows[count * size + i] = outputDerivatives[at]!;
        own[count] = error;
        variances[count] = noise.variances === null ? 1 : noise.variances[channel]!;
        count += 1;
      }
      result.logLikelihood = noise.variances === null && count > 0 ? whiten(y, count) : 0;
      result.nis = 0;
      result.observed = count;
      for (let k = 0; k < count; k++) {
        const row = k * size;
        // g at the corrected mean, linearised where the prediction was.
        let error = own[k]!;
        for (let i = 0; i < size; i++) error -= rows[row + i]! * (mean[i]! - start[i]!);
        const r = variances[k]!;
        times(image, covariance, rows, row, size);
        const spread = dot(rows, row, image, 0, size);
        const variance = spread + r;
        joseph(covariance, image, spread, r, size);
        const factor = error / variance;
        for (let i = 0; i < size; i++) mean[i]! += image[i]! * factor;
        images.set(image, row);
        errors[k] = error;
        variances[k] = variance;
        result.nis += error * factor;
        result.logLikelihood -= 0.5 * (error * factor + Math.log(variance) + logTwoPi);
      }
    },
  };

  function spreadOf(covariance: Float64Array, output: Float64Array, outputDerivatives: Float64Array): void {
    for (let channel = 0; channel < channels; channel++) {
      predicted[channel] = output[channel]!;
      for (let i = 0; i < size; i++) whole[i] = outputDerivatives[i * channels + channel]!;
      times(image, covariance, whole, 0, size);
      const own = noise.variances === null ? noise.covariance[channel * (channels + 1)]! : noise.variances[channel]!;
      outputVariance[channel] = own + dot(whole, 0, image, 0, size);
    }
  }

  /** Rows and errors of independent channels of variance 1. @returns −log det L. */
  function whiten(y: ArrayLike<number>, count: number): number {
    const there: number[] = [];
    for (let channel = 0; channel < channels; channel++) if (!Number.isNaN(y[channel]!)) there.push(channel);
    const L = noise.factorOf(there);
    forwardSolve(L, count, rows, size);
    forwardSolve(L, count, own, 1);
    let total = 0;
    for (let k = 0; k < count; k++) total -= Math.log(L[k * count + k]!);
    return total;
  }
  return result;
}

/** S in place, with K = S a/(aᵀS a + r). */
function joseph(S: Float64Array, image: Float64Array, spread: number, r: number, size: number): void {
  const gain = 1 / (spread + r);
  for (let i = 0; i < size; i++) {
    const u = image[i]!;
    const K = u * gain;
    // Row i of (I − K aᵀ) S times a, then of its product with (I − K aᵀ)ᵀ and r K Kᵀ.
    const w = u - K * spread;
    const right = (r * K - w) * gain;
    const at = i * size;
    for (let j = 0, mirrored = i; j <= i; j++, mirrored += size) {
      const value = S[at + j]! - K * image[j]! + right * image[j]!;
      S[at + j] = value;
      S[mirrored] = value;
    }
  }
}
