import { beforeAll, describe, expect, it } from 'vitest';
import { buildNames, COMPILING, type Instance, loadKernels } from './kernels.js';

const EPSILON = 2 ** -23;
const COUNT = 200_000;

function range(from: number, to: number): Float32Array {
  return Float32Array.from({ length: COUNT }, (_, i) => from + ((to - from) * (i + 0.5)) / COUNT);
}

/** From 10^from to 10^to, evenly in the logarithm, with both signs unless `positive`. */
function decades(from: number, to: number, positive = false): Float32Array {
  const sign = (i: number): number => (positive || i % 2 === 0 ? 1 : -1);
  return Float32Array.from({ length: COUNT }, (_, i) => sign(i) * 10 ** (from + ((to - from) * i) / COUNT));
}

describe.each(buildNames)('%s build', (build) => {
  let instance: Instance;
  let address: number;

  beforeAll(async () => {
    instance = await loadKernels(build);
    address = instance.reserve(COUNT);
  }, COMPILING);

  function apply(name: string, values: ArrayLike<number>): Float32Array {
    const count = Math.ceil(values.length / 4) * 4;
    instance.floats(address, values.length).set(values);
    instance.kernels[name]!(address, count);
    return instance.floats(address, values.length).slice();
  }

  function largestRelativeError(name: string, values: Float32Array, exact: (x: number) => number): number {
    let largest = 0;
    apply(name, values).forEach((value, i) => {
      const reference = exact(values[i]!);
      const error = Math.abs(value - reference) / Math.abs(reference);
      if (!(error <= largest)) largest = error; // also takes a NaN
    });
    return largest / EPSILON;
  }

  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

  it.each([
    ['mapTanh', Math.tanh, range(-10, 10), 3],
    ['mapTanh', Math.tanh, decades(-36, 38), 3],
    ['mapExp', Math.exp, range(-87.3, 88.7), 2],
    ['mapExp', Math.exp, decades(-30, 1.9), 2],
    ['mapLog', Math.log, range(0, 4), 2],
    ['mapLog', Math.log, range(0.999, 1.001), 2],
    ['mapLog', Math.log, decades(-37.9, 38.5, true), 2],
    ['mapSigmoid', logistic, range(-87, 30), 3],
    ['mapSin', Math.sin, range(-20, 20), 2],
    ['mapSin', Math.sin, decades(-30, 6), 2],
    ['mapCos', Math.cos, range(-20, 20), 2],
    ['mapCos', Math.cos, decades(-30, 6), 2],
  ] as const)('%s has the stated relative error (%#)', (name, exact, values, limit) => {
    expect(largestRelativeError(name, values, exact)).toBeLessThan(limit);
  });

  it.each([
    ['mapTanh', [0, -0, 8.9, -8.9, 20, -20, Infinity, -Infinity], [0, -0, 1, -1, 1, -1, 1, -1]],
    ['mapExp', [0, -0, 89, 1000, Infinity, -105, -1000, -Infinity], [1, 1, Infinity, Infinity, Infinity, 0, 0, 0]],
    ['mapLog', [1, 0, -0, Infinity, -1, -Infinity], [0, -Infinity, -Infinity, Infinity, Number.NaN, Number.NaN]],
    ['mapSigmoid', [0, 100, -100, Infinity, -Infinity], [0.5, 1, 0, 1, 0]],
    ['mapSin', [0], [0]],
    ['mapCos', [0], [1]],
  ] as const)('%s is exact where it can be, and passes NaN on', (name, values, expected) => {
    const result = apply(name, [...values, Number.NaN]);
    expect([...result]).toEqual([...expected, Number.NaN]);
  });

  it('tanh is odd and never exceeds one', () => {
    const values = range(0, 12);
    const above = apply('mapTanh', values);
    const below = apply(
      'mapTanh',
      values.map((x) => -x),
    );
    expect(below).toEqual(above.map((y) => -y));
    expect(Math.max(...above.subarray(COUNT - 100_000))).toBe(1);
  });

  it('exp and log treat denormals gradually', () => {
    const [denormal] = apply('mapExp', [-100]);
    expect(Math.abs(denormal! - Math.exp(-100))).toBeLessThanOrEqual(2 ** -149);
    expect(largestRelativeError('mapLog', Float32Array.of(2 ** -149, 2 ** -130, 3e-40), Math.log)).toBeLessThan(2);
  });

  it('sin and cos stay right to 2^-22 for large arguments', () => {
    const values = decades(6, 9);
    for (const [name, exact] of [
      ['mapSin', Math.sin],
      ['mapCos', Math.cos],
    ] as const) {
      const largest = apply(name, values).reduce((most, y, i) => Math.max(most, Math.abs(y - exact(values[i]!))), 0);
      expect(largest).toBeLessThan(2 ** -22);
    }
  });
});
