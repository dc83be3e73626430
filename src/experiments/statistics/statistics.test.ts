import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGenerator } from '../../random/index.js';
import { accuracyInterval, detectableDifference, meanInterval, pairedInterval, verdictOf } from './intervals.js';
import { studentQuantile } from './student.js';

describe('studentQuantile', () => {
  // Two-sided critical values, from tables of the t distribution.
  it.each([
    [0.95, 1, 12.7062],
    [0.95, 2, 4.30265],
    [0.95, 3, 3.18245],
    [0.95, 4, 2.77645],
    [0.95, 9, 2.26216],
    [0.95, 30, 2.04227],
    [0.95, 120, 1.97993],
    [0.99, 2, 9.92484],
    [0.99, 5, 4.03214],
    [0.9, 7, 1.89458],
    [0.5, 1, 1],
  ])('at %d with %d degrees of freedom is %d', (probability, freedom, expected) => {
    expect(studentQuantile(probability, freedom) / expected).toBeCloseTo(1, 5);
  });

  it('agrees with the closed forms for one and two degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.999, noNaN: true }), (probability) => {
        expect(studentQuantile(probability, 1) / Math.tan((Math.PI * probability) / 2)).toBeCloseTo(1, 9);
        const two = probability * Math.sqrt(2 / (1 - probability ** 2));
        expect(studentQuantile(probability, 2) / two).toBeCloseTo(1, 9);
      }),
    );
  });

  it('approaches the normal distribution', () => {
    expect(studentQuantile(0.95, 100_000)).toBeCloseTo(1.959964, 4);
  });

  it.each([
    [0, 2],
    [1, 2],
    [0.95, 0],
    [0.95, 1.5],
  ])('refuses %d, %d', (probability, freedom) => {
    expect(() => studentQuantile(probability, freedom)).toThrow(RangeError);
  });
});

describe('intervals', () => {
  it('is the mean ± t(2) s/√3 for three values', () => {
    const { value, low, high, standardError, count } = meanInterval([1, 2, 6]);
    expect([value, count]).toEqual([3, 3]);
    expect(standardError).toBeCloseTo(Math.sqrt(7 / 3), 12);
    expect(high - value).toBeCloseTo(4.302652729911 * Math.sqrt(7 / 3), 9);
    expect(value - low).toBeCloseTo(high - value, 12);
  });

  it('has no ends for one value', () => {
    expect(meanInterval([0.9])).toMatchObject({ value: 0.9, low: Number.NaN, high: Number.NaN, count: 1 });
    expect(verdictOf(meanInterval([0.9]))).toBe('inconclusive');
  });

  it('pairs by position: what is common to a pair does not widen it', () => {
    const interval = pairedInterval([0.92, 0.83, 0.74], [0.9, 0.8, 0.7]);
    expect(interval.value).toBeCloseTo(0.03, 12);
    expect(interval.standardError).toBeCloseTo(0.01 / Math.sqrt(3), 12);
    expect(interval.low).toBeCloseTo(0.03 - (4.302652729911 * 0.01) / Math.sqrt(3), 9);
    expect(() => pairedInterval([1], [1, 2])).toThrow(RangeError);
  });

  it('keeps an accuracy within [0, 1]', () => {
    const interval = accuracyInterval([0.98, 1, 0.9]);
    expect(interval.high).toBe(1);
    expect(interval.low).toBeLessThan(0.9);
  });

  it('covers the mean of a normal population in 95 % of samples', () => {
    // A generator of known quality is not needed here: 4000 triples; five standard deviations of the count.
    let state = 12345;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let covered = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const { low, high } = meanInterval([normal(), normal(), normal()]);
      if (low < 0 && high > 0) covered += 1;
    }
    expect(Math.abs(covered - 3800)).toBeLessThan(5 * Math.sqrt(4000 * 0.95 * 0.05));
  });

  it('detects the stated difference in about 80 of 100 studies', () => {
    // Ten pairs whose differences are normal with standard deviation 1; the mean detectable difference is about 1.0: the
    // approximation and its random scale together keep the power within 0.75 to 0.85. 4000 studies: error 0.006.
    const generator = createGenerator(5, 'power');
    const normals = () => Array.from({ length: 10 }, () => generator.normal());
    const known = detectableDifference({ value: 0, low: 0, high: 0, standardError: 1 / Math.sqrt(10), count: 10 });
    expect(known).toBeCloseTo((2.262157 + 0.883404) / Math.sqrt(10), 5);
    let found = 0;
    for (let study = 0; study < 4000; study++)
      if (verdictOf(meanInterval(normals().map((value) => value + known))) === 'supported') found += 1;
    expect(found / 4000).toBeGreaterThan(0.75);
    expect(found / 4000).toBeLessThan(0.85);
    expect(detectableDifference(meanInterval([1]))).toBeNaN();
  });

  it.each([
    [0.01, 0.05, 'supported'],
    [-0.05, -0.01, 'contradicted'],
    [-0.01, 0.05, 'inconclusive'],
    [0, 0, 'inconclusive'],
  ] as const)('of %d to %d says %s', (low, high, verdict) => {
    expect(verdictOf({ value: (low + high) / 2, low, high, standardError: 1, count: 3 })).toBe(verdict);
  });
});
