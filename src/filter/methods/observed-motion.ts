/** ỹ, an observation and its first derivatives by backward differences, and its share of the flow of generalised filtering. */
import type { ObservationNoise } from '../observation-noise.js';
import { inverse, temporalCovariance } from './temporal.js';

export interface ObservedMotion {
  readonly start: () => void;
  /** Adds G̃ᵀ Π_y (ỹ − g̃) and G̃ᵀ Π_y G̃ for the orders that are known: those of an unbroken run of values. */
  readonly add: (
    y: ArrayLike<number>,
    mu: Float64Array,
    output: Float64Array,
    outputDerivatives: Float64Array,
    gradient: Float64Array,
    curvature: Float64Array,
  ) => void;
}

/** @param s smoothness; 0 is white: then the value alone is used, not its motion. */
export function createObservedMotion(
  noise: ObservationNoise,
  orders: number,
  s: number,
  delta: number,
): ObservedMotion {
  const K = noise.size;
  const most = s === 0 ? 1 : orders;
  const temporal = Array.from({ length: most }, (_, at) =>
    s === 0 ? Float64Array.of(1) : inverse(temporalCovariance(at + 1, s), at + 1, 'the smoothness of the observation'),
  );
  /** The latest values, newest first. */
  let past: Float64Array[] = [];
  return {
    start() {
      past = [];
    },
    add(y, mu, output, outputDerivatives, gradient, curvature) {
      past = [Float64Array.from(y), ...past].slice(0, most);
      const there = Array.from({ length: K }, (_, channel) => channel).filter((channel) => !Number.isNaN(y[channel]!));
      if (there.length === 0) return;
      // Orders are of all channels that are there: as many as the shortest run of values allows.
      const known = Math.min(...there.map((channel) => runOf(past, channel)));
      const T = temporal[known - 1]!;
      const precision = precisionOf(noise, there);
      const N = outputDerivatives.length / K;
      const total = gradient.length;
      const H = (k: number, i: number) => outputDerivatives[i * K + there[k]!]!;
      const errors = Array.from({ length: known }, (_, order) =>
        there.map((channel, k) => {
          let predicted = order === 0 ? output[channel]! : 0;
          if (order > 0) for (let i = 0; i < N; i++) predicted += H(k, i) * mu[order * N + i]!;
          return differenceOf(past, channel, order) / delta ** order - predicted;
        }),
      );
      const m = there.length;
      for (let a = 0; a < known; a++)
        for (let b = 0; b < known; b++) {
          const t = T[a * known + b]!;
          if (t === 0) continue;
          for (let k = 0; k < m; k++)
            for (let l = 0; l < m; l++) {
              const weight = t * precision[k * m + l]!;
              if (weight === 0) continue;
              for (let i = 0; i < N; i++) {
                const left = weight * H(k, i);
                gradient[a * N + i]! += left * errors[b]![l]!;
                for (let j = 0; j < N; j++) curvature[(a * N + i) * total + b * N + j]! += left * H(l, j);
              }
            }
        }
    },
  };
}

function runOf(past: readonly Float64Array[], channel: number): number {
  const gap = past.findIndex((values) => Number.isNaN(values[channel]!));
  return gap < 0 ? past.length : gap;
}

/** The backward difference of an order, Σ (−1)^k (order over k) y_{m−k}. */
function differenceOf(past: readonly Float64Array[], channel: number, order: number): number {
  let binomial = 1;
  let total = 0;
  for (let k = 0; k <= order; k++) {
    total += (k % 2 === 0 ? 1 : -1) * binomial * past[k]![channel]!;
    binomial = (binomial * (order - k)) / (k + 1);
  }
  return total;
}

function precisionOf(noise: ObservationNoise, there: readonly number[]): Float64Array {
  const part = Float64Array.from(there.flatMap((i) => there.map((j) => noise.covariance[i * noise.size + j]!)));
  return inverse(part, there.length, 'the observation');
}
