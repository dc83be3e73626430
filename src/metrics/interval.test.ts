import { describe, expect, it } from 'vitest';
import { createGenerator } from '../random/index.js';
import { repeatedInterval, wilsonInterval } from './interval.js';

describe('wilsonInterval', () => {
  it.each([
    // Newcombe, Statistics in Medicine 1998, table I: 81/263, 15/148, 0/20, 1/29.
    [81 / 263, 263, 0.2553, 0.3662],
    [15 / 148, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1 / 29, 29, 0.0061, 0.1718],
  ])('of %f in %i', (proportion, count, low, high) => {
    const interval = wilsonInterval(proportion, count);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
    expect(interval.accuracy).toBe(proportion);
  });
});

describe('repeatedInterval', () => {
  it("is Wilson's where repeats agree", () => {
    const means = Float64Array.from({ length: 50 }, (_, row) => (row < 40 ? 1 : 0));
    const { low, high } = repeatedInterval(means);
    expect(low).toBeCloseTo(wilsonInterval(0.8, 50).low, 12);
    expect(high).toBeCloseTo(wilsonInterval(0.8, 50).high, 12);
    expect(repeatedInterval([1, 1, 1])).toEqual(wilsonInterval(1, 3));
  });

  it('covers the expected accuracy as often as it says, for rows that differ in how hard they are', () => {
    const generator = createGenerator(1, 'coverage');
    const rows = 100;
    const repeats = 5;
    const trials = 2000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      // Each row is right with its own probability u², of mean 1/3.
      const means = Float64Array.from({ length: rows }, () => {
        const probability = generator.uniform() ** 2;
        let right = 0;
        for (let repeat = 0; repeat < repeats; repeat++) right += generator.uniform() < probability ? 1 : 0;
        return right / repeats;
      });
      const { low, high } = repeatedInterval(means);
      if (low <= 1 / 3 && 1 / 3 <= high) covered++;
    }
    // Binomial of 2000 at 95 %: standard deviation 0.005; four of them are crossed once in 16,000 seeds.
    expect(Math.abs(covered / trials - 0.95)).toBeLessThan(0.02);
  });
});
