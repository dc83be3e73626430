import { describe, expect, it } from 'vitest';
import type { StudyResult, StudyRun } from '../result/study.js';
import { headroomOf, searchedGains, splitCorrelation, standsCorrected } from './gains.js';

const conditions = [1, 2].map((strength) => ({ kind: 'white', strength }));

/** Clean accuracy and what each condition takes from it, by seed. */
function runs(model: string, clean: readonly number[], losses: readonly (readonly number[])[]): StudyRun[] {
  return clean.map((accuracy, index) => ({
    ...{ model, seed: index + 1, seconds: 1, bestEpoch: 1, curve: [], build: 'reference', measures: {} },
    validation: { accuracy, loss: 1 },
    test: { accuracy, loss: 1, count: 100 },
    perturbations: conditions.map((condition, at) => ({ ...condition, accuracies: [accuracy - losses[at]![index]!] })),
    // On part of the rows, all of which are right without an attack.
    attacks: [
      { kind: 'clean', strength: 0, accuracy: 1 },
      { kind: 'pgd', strength: 0.1, accuracy: 1 - losses[1]![index]! },
    ],
  }));
}

const result = {
  protocol: {
    perturbations: [{ kind: 'white', strengths: [1, 2] }],
    attacks: { rows: 10, seeds: 4, of: [{ kind: 'pgd', strengths: [0.1] }] },
  },
  overallComparisons: ['noisy', 'slow'].map((first) => ({ first, second: 'control' })),
  runs: [
    ...runs(
      'noisy',
      [0.9, 0.9],
      [
        [0, 0],
        [0.1, 0.2],
      ],
    ),
    ...runs(
      'control',
      [0.9, 0.8],
      [
        [0.1, 0.1],
        [0.3, 0.5],
      ],
    ),
    ...runs(
      'slow',
      [0.8, 0.8],
      [
        [0.1, 0],
        [0.4, 0.4],
      ],
    ),
  ],
} as unknown as StudyResult;

describe('headroom', () => {
  it('is what each model loses from its clean accuracy, attacks from that on their own rows', () => {
    const values = headroomOf(result).map(({ kind, controlLoss, noisyLoss, gain }) => [
      kind,
      ...[controlLoss, noisyLoss, gain].map(({ value }) => Number(value.toFixed(6))),
    ]);
    expect(values).toEqual([
      ['white', 0.1, 0, 0.15],
      ['white', 0.4, 0.15, 0.3],
      ['pgd', 0.4, 0.15, 0.25],
    ]);
  });
});

describe('searched gains', () => {
  const [chosen, slow] = searchedGains(result, [{ kind: 'white', strength: 1 }]);

  it('are of each pair, and of the search’s other conditions apart', () => {
    expect([slow?.first, slow?.second]).toEqual(['slow', 'control']);
    expect(chosen?.perturbed.value).toBeCloseTo(0.15, 12);
    expect(chosen?.stronger.value).toBeCloseTo((0.8 - 0.6 + (0.7 - 0.3)) / 2, 12);
    expect(chosen?.clean.value).toBeCloseTo(0.05, 12);
    expect(chosen?.controlLoss.value).toBeCloseTo(0.1, 12);
    expect(chosen?.controlLossStronger.value).toBeCloseTo(0.4, 12);
  });

  it('differ from the first pair’s by the change, seed by seed', () => {
    expect(chosen?.change).toBeNull();
    // Gains by seed: 0.1 and 0.2 as chosen; −0.1 and 0.1 here.
    expect(slow?.change?.value).toBeCloseTo(-0.15, 12);
    expect(slow?.change?.standardError).toBeCloseTo(0.05, 12);
  });
});

describe('a correction for many comparisons', () => {
  // t₀.₉₇₅ = 2.776 and t₀.₉₉₇₅ = 5.598 with 4 degrees of freedom.
  const interval = (value: number) => ({ value, low: 0, high: 0, standardError: 1, count: 5 });

  it('is Bonferroni’s', () => {
    expect([2.77, 2.78].map((value) => standsCorrected(interval(value), 1))).toEqual([false, true]);
    expect([-5.59, -5.6].map((value) => standsCorrected(interval(value), 10))).toEqual([false, true]);
    expect(standsCorrected({ ...interval(9), count: 1 }, 1)).toBe(false);
  });
});

describe('the correlation of loss and gain', () => {
  it('takes them from different seeds', () => {
    // Two conditions: the correlation is ±1. Seed 1's control loses more under the second; seed 2's gain is larger there.
    expect(splitCorrelation(result)).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
  });
});
