import type { Tensors } from '../graph/tensor.js';

/** Euclidean norm of all entries together; NaN or infinite where an entry is. Does not overflow before its result. */
export function globalNorm(gradient: Tensors): number {
  let largest = 0;
  for (const { data } of Object.values(gradient))
    for (const value of data) {
      if (Number.isNaN(value)) return Number.NaN;
      largest = Math.max(largest, Math.abs(value));
    }
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  let sum = 0;
  for (const { data } of Object.values(gradient)) for (const value of data) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}

export interface Clipped {
  /** The norm before clipping. NaN or infinity says that the gradient is unusable. */
  norm: number;
  /** Whether the gradient was scaled down. */
  clipped: boolean;
}

/**
 * Scales the gradient in place so that its global norm is at most `maximum`. A gradient whose norm is not finite is
 * left as it is and reported by the norm: scaling would turn it into zeros and NaNs that hide where it came from.
 * @throws RangeError unless maximum > 0.
 */
export function clipByGlobalNorm(gradient: Tensors, maximum: number): Clipped {
  if (!(maximum > 0)) throw new RangeError(`clipByGlobalNorm: maximum norm must be above 0, got ${maximum}`);
  const norm = globalNorm(gradient);
  if (!Number.isFinite(norm) || norm <= maximum) return { norm, clipped: false };
  const scale = maximum / norm;
  for (const { data } of Object.values(gradient)) for (let i = 0; i < data.length; i++) data[i] = data[i]! * scale;
  return { norm, clipped: true };
}
