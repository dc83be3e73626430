/** R, the covariance of the observation noise, and how its parts are whitened where channels are missing. */
import { InputError } from '../errors.js';
import { cholesky } from '../linear-algebra/cholesky.js';
import { isDiagonal } from './covariance-of.js';

export interface ObservationNoise {
  /** K, channels. */
  readonly size: number;
  /** [K, K] */
  readonly covariance: Float64Array;
  /** [K], where channels are independent: then they are corrected by one after the other as they are. */
  readonly variances: Float64Array | null;
  /** Lower factor of the part of R of these channels, [m, m]. */
  readonly factorOf: (channels: readonly number[]) => Float64Array;
}

/** @throws InputError if R is singular. */
export function observationNoise(covariance: Float64Array, size: number): ObservationNoise {
  const singular = () =>
    new InputError(
      'observation.covariance: the covariance of the observation noise is singular; a filter divides by it: give every ' +
        'channel a variance above 0 of its own (the resolution of the sensor, if nothing else), or leave out channels ' +
        'that others determine',
    );
  if (cholesky(covariance, size) === null) throw singular();
  const factors = new Map<string, Float64Array>();
  return {
    size,
    covariance,
    variances: isDiagonal(covariance, size)
      ? Float64Array.from({ length: size }, (_, i) => covariance[i * size + i]!)
      : null,
    factorOf(channels) {
      const key = channels.join();
      let factor = factors.get(key);
      if (factor === undefined) {
        const part = Float64Array.from(channels.flatMap((i) => channels.map((j) => covariance[i * size + j]!)));
        const found = cholesky(part, channels.length);
        if (found === null) throw singular();
        factor = found;
        factors.set(key, factor);
      }
      return factor;
    },
  };
}
