import { describe, expect, it } from 'vitest';
import { randomEffects } from './meta.js';
import { compareRanks } from './ranks.js';

describe('randomEffects', () => {
  it('is the weighted mean where studies agree, and says that none of the spread is between them', () => {
    const found = randomEffects([
      { value: 1, standardError: 0.5 },
      { value: 1, standardError: 1 },
    ]);
    expect(found.mean.value).toBeCloseTo(1, 12);
    expect(found.between).toBe(0);
    expect(found.inconsistency).toBe(0);
    expect(found.weights[0]! / found.weights[1]!).toBeCloseTo(4, 12);
    // Never narrower than the inverse variance allows.
    expect(found.mean.standardError).toBeCloseTo(1 / Math.sqrt(5), 12);
    expect(found.prediction.low).toBeNaN();
  });

  it('by hand: effects 0, 2, 4 of standard error 1 have τ² = 3 and weights alike', () => {
    const found = randomEffects([0, 2, 4].map((value) => ({ value, standardError: 1 })));
    expect(found.between).toBeCloseTo(Math.sqrt(3), 12);
    expect(found.mean.value).toBeCloseTo(2, 12);
    expect(found.mean.standardError).toBeCloseTo(Math.sqrt(4 / 3), 12);
    expect(found.inconsistency).toBeCloseTo(0.75, 12);
    expect(found.mean.high - 2).toBeCloseTo(4.30265 * Math.sqrt(4 / 3), 4);
    expect(found.prediction.high - 2).toBeCloseTo(12.7062 * Math.sqrt(3 + 4 / 3), 3);
  });
});

describe('compareRanks', () => {
  it('by hand, with a tie', () => {
    const { ranks, statistic, criticalDifference } = compareRanks([
      [0.9, 0.8, 0.7],
      [0.5, 0.5, 0.1],
    ]);
    expect(ranks).toEqual([1.25, 1.75, 3]);
    expect(statistic).toBeCloseTo(2 * (1.25 ** 2 + 1.75 ** 2 + 9 - 12), 12);
    expect(criticalDifference).toBeCloseTo(2.343, 12);
    expect(() => compareRanks([[1]])).toThrow(RangeError);
  });
});
