/** The geometry of a norm: what "steepest" and "no farther than r" mean. All functions take one row and work in place. */
import type { Generator } from '../../random/index.js';

export type Norm = 'linf' | 'l2';

export interface Ball {
  readonly size: (row: Float64Array) => number;
  /** Makes a gradient the direction of norm 1 in which it promises most; zero stays zero. */
  readonly steepest: (gradient: Float64Array) => void;
  /** The nearest point of norm at most `radius`. */
  readonly project: (row: Float64Array, radius: number) => void;
  /** A random point of norm at most `radius`: uniform in the ball. */
  readonly random: (row: Float64Array, radius: number, generator: Generator) => void;
}

const linf: Ball = {
  size: (row) => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  steepest: (gradient) => rewrite(gradient, Math.sign),
  project: (row, radius) => rewrite(row, (value) => Math.min(radius, Math.max(-radius, value))),
  random: (row, radius, generator) => rewrite(row, () => radius * (2 * generator.uniform() - 1)),
};

const l2: Ball = {
  size: (row) => {
    // Scaled by the largest entry: squares of tiny gradients must not underflow.
    const most = linf.size(row);
    if (most === 0 || !Number.isFinite(most)) return most;
    return most * Math.sqrt(row.reduce((total, value) => total + (value / most) ** 2, 0));
  },
  steepest: (gradient) => {
    const size = l2.size(gradient);
    if (size > 0) rewrite(gradient, (value) => value / size);
  },
  project: (row, radius) => {
    const size = l2.size(row);
    if (size > radius) rewrite(row, (value) => (value * radius) / size);
  },
  random: (row, radius, generator) => {
    rewrite(row, () => generator.normal());
    const distance = radius * generator.uniform() ** (1 / row.length);
    const size = l2.size(row);
    rewrite(row, (value) => (value * distance) / size);
  },
};

export const balls: { readonly [N in Norm]: Ball } = { linf, l2 };

function rewrite(row: Float64Array, rule: (value: number) => number): void {
  for (let i = 0; i < row.length; i++) row[i] = rule(row[i]!);
}
