import { expect, it } from 'vitest';
import { tensor } from '../graph/tensor.js';
import { clipByGlobalNorm, globalNorm } from './clip.js';

const gradient = (...values: number[]) => ({
  W: tensor([1], [values[0]!]),
  b: tensor([values.length - 1], values.slice(1)),
});

it('measures and scales over all tensors together', () => {
  const long = gradient(3, 0, -4);
  expect(clipByGlobalNorm(long, 1)).toEqual({ norm: 5, clipped: true });
  expect(long.W.data[0]).toBeCloseTo(0.6, 15);
  expect(long.b.data[1]).toBeCloseTo(-0.8, 15);
  expect(globalNorm(long)).toBeCloseTo(1, 15);
});

it('leaves a short gradient alone', () => {
  const short = gradient(3, 4);
  expect(clipByGlobalNorm(short, 5)).toEqual({ norm: 5, clipped: false });
  expect(short).toEqual(gradient(3, 4));
  expect(clipByGlobalNorm({}, 1)).toEqual({ norm: 0, clipped: false });
});

it('neither overflows nor underflows', () => {
  expect(globalNorm(gradient(3e200, 4e200)) / 5e200).toBeCloseTo(1, 15);
  expect(globalNorm(gradient(3e-200, 4e-200)) / 5e-200).toBeCloseTo(1, 15);
});

it('reports a norm that is not finite and touches nothing', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const broken = gradient(1, bad, 2);
    const { norm, clipped } = clipByGlobalNorm(broken, 0.1);
    expect(clipped).toBe(false);
    expect(norm).toBe(Math.abs(bad));
    expect(broken).toEqual(gradient(1, bad, 2));
  }
  expect(globalNorm(gradient(Number.POSITIVE_INFINITY, Number.NaN))).toBeNaN();
});

it('refuses a maximum that is not above 0', () => {
  expect(() => clipByGlobalNorm(gradient(1, 2), 0)).toThrow(RangeError);
  expect(() => clipByGlobalNorm(gradient(1, 2), Number.NaN)).toThrow(RangeError);
});
