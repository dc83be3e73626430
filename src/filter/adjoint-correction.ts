/** The way back through the corrections of one observation, one channel after the other. */
import { dot, times } from './covariance.js';

export interface CorrectedChannels {
  count: number;
  /** [count], which channel each was. */
  readonly places: Uint32Array;
  /** aᵀ and u = S a before the correction, [K, N]; errors e and their variances v = aᵀu + r. */
  readonly rows: Float64Array;
  readonly images: Float64Array;
  readonly errors: Float64Array;
  readonly variances: Float64Array;
}

/**
 * With K = u/v, ρ = e/v, μ = (ρ² − 1/v)/2 and bars for cotangents, S the covariance after the channel:
 *
 *     ē = Kᵀm̄ − ρ,    r̄ = KᵀS̄K − ρ Kᵀm̄ + μ,    ā = S(ρ m̄ − 2 S̄K) − (Kᵀm̄) K e + 2μ u − ē (m − m⁻)
 *     m̄ ← m̄ − a ē,    S̄ ← (I − a Kᵀ) S̄ (I − K aᵀ) + ρ sym((m̄ − a Kᵀm̄) aᵀ) + μ a aᵀ
 *
 * The covariance that minimises the error does not depend on K to first order (Joseph's form), which is why no derivative
 * of K with respect to S appears.
 * @param corrected S after all channels; that after one of them is it plus u uᵀ/v of the later ones.
 * @param meanBar, covarianceBar of what comes after; overwritten by those of the prediction.
 * @param to gets the cotangents of g (row 0) and of its derivatives [N, K].
 * @param observation [K], r̄ is added to it.
 */
export function adjointOfCorrection(
  channels: CorrectedChannels,
  corrected: Float64Array,
  size: number,
  width: number,
  meanBar: Float64Array,
  covarianceBar: Float64Array,
  to: { readonly output: Float64Array; readonly outputDerivatives: Float64Array },
  observation: Float64Array,
): void {
  const { count, places, rows, images, errors, variances } = channels;
  const image = new Float64Array(size);
  const v1 = new Float64Array(size);
  const v2 = new Float64Array(size);
  for (let k = count - 1; k >= 0; k--) {
    const row = k * size;
    const place = places[k]!;
    const variance = variances[k]!;
    const error = errors[k]!;
    const rho = error / variance;
    const mu = 0.5 * (rho * rho - 1 / variance);
    // S̄K, and K's products.
    times(image, covarianceBar, images, row, size);
    for (let i = 0; i < size; i++) image[i]! /= variance;
    const gainMean = dot(images, row, meanBar, 0, size) / variance;
    const gainSpread = dot(images, row, image, 0, size) / variance;
    const errorBar = gainMean - rho;
    observation[place]! += gainSpread - rho * gainMean + mu;
    to.output[place]! -= errorBar;
    for (let i = 0; i < size; i++) v1[i] = rho * meanBar[i]! - 2 * image[i]!;
    times(v2, corrected, v1, 0, size);
    for (let later = k + 1; later < count; later++) {
      const factor = dot(images, later * size, v1, 0, size) / variances[later]!;
      for (let i = 0; i < size; i++) v2[i]! += factor * images[later * size + i]!;
    }
    for (let i = 0; i < size; i++) {
      let bar = v2[i]! + (2 * mu - gainMean * rho) * images[row + i]!;
      // m − m⁻ before this channel.
      for (let before = 0; before < k; before++)
        bar -= (errorBar * images[before * size + i]! * errors[before]!) / variances[before]!;
      to.outputDerivatives[i * width + place]! += bar;
    }
    for (let i = 0; i < size; i++) v1[i] = meanBar[i]! - rows[row + i]! * gainMean;
    const both = gainSpread + mu;
    for (let i = 0; i < size; i++) {
      const a = rows[row + i]!;
      for (let j = 0; j < size; j++) {
        const b = rows[row + j]!;
        covarianceBar[i * size + j]! +=
          both * a * b - a * image[j]! - image[i]! * b + 0.5 * rho * (v1[i]! * b + a * v1[j]!);
      }
    }
    for (let i = 0; i < size; i++) meanBar[i]! -= rows[row + i]! * errorBar;
  }
}
