import { createGenerator } from '../../random/index.js';
import type { SequenceTable } from '../dataset.js';

export interface Lorenz96Options {
  /** N, the number of sites, each a channel. */
  readonly sites: number;
  /** F. */
  readonly forcing: number;
  /** Time between samples. */
  readonly interval: number;
  readonly steps: number;
}

/** Longest step of the integration. */
const LONGEST = 0.0125;
/** Time from the random start to the attractor. */
const SETTLING = 20;

/**
 * Trajectories of Lorenz's system of 1996, x_k' = (x_{k+1} − x_{k−2}) x_{k−1} − x_k + F on a ring of N sites, by the classical
 * Runge–Kutta method in float64: a system to forecast whose exponents are known. Their sum is −N, exactly; at N = 40 and
 * F = 8 the largest is 1.67 to 1.69 per unit of time, and 13 are positive (Lorenz & Emanuel 1998; Karimi & Paul 2010). Each row
 * starts anew on the attractor, and depends on the name, the seed and its own number only.
 * @returns [rows, steps, N], without answers: they are to be forecast.
 */
export function lorenz96(name: string, rows: number, options: Lorenz96Options, seed: number): SequenceTable {
  const { sites, forcing, interval, steps } = options;
  const inner = Math.ceil(interval / LONGEST);
  const advance = stepper(sites, forcing, interval / inner);
  const values = new Float32Array(rows * steps * sites);
  for (let row = 0; row < rows; row++) {
    const { normal } = createGenerator(seed, 'lorenz96', name, row);
    const state = Float64Array.from({ length: sites }, () => forcing / 4 + normal());
    for (let time = 0; time < SETTLING; time += interval / inner) advance(state);
    for (let step = 0; step < steps; step++) {
      values.set(state, (row * steps + step) * sites);
      for (let count = 0; count < inner; count++) advance(state);
    }
  }
  return { name: `lorenz96 (${name})`, rows, steps, channels: sites, values, labels: null };
}

function stepper(sites: number, forcing: number, step: number): (state: Float64Array) => void {
  const slopes = [0, 1, 2, 3].map(() => new Float64Array(sites));
  const probe = new Float64Array(sites);
  const slope = (x: Float64Array, out: Float64Array) => {
    for (let k = 0; k < sites; k++) {
      const [next, before, last] = [x[(k + 1) % sites]!, x[(k + sites - 2) % sites]!, x[(k + sites - 1) % sites]!];
      out[k] = (next - before) * last - x[k]! + forcing;
    }
  };
  const [first, second, third, fourth] = slopes as [Float64Array, Float64Array, Float64Array, Float64Array];
  const shift = (state: Float64Array, by: number, along: Float64Array) => {
    for (let k = 0; k < sites; k++) probe[k] = state[k]! + by * along[k]!;
    return probe;
  };
  return (state) => {
    slope(state, first);
    slope(shift(state, step / 2, first), second);
    slope(shift(state, step / 2, second), third);
    slope(shift(state, step, third), fourth);
    for (let k = 0; k < sites; k++) state[k]! += (step / 6) * (first[k]! + 2 * second[k]! + 2 * third[k]! + fourth[k]!);
  };
}
