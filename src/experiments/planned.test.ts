import { describe, expect, it } from 'vitest';
import type { StudyRun } from '../result/study.js';
import { plannedResults } from './planned.js';
import { holm, studentProbability } from './statistics/multiplicity.js';

describe('studentProbability', () => {
  // Tables of the t distribution, two-sided.
  it.each([
    [12.7062, 1, 0.05],
    [2.26216, 9, 0.05],
    [4.03214, 5, 0.01],
    [-1.89458, 7, 0.1],
    [1, 1, 0.5],
  ])('of %d with %d degrees of freedom is %d', (t, freedom, expected) => {
    expect(studentProbability(t, freedom)).toBeCloseTo(expected, 5);
  });

  it('is 1 at zero, tiny far out, and unknown without degrees of freedom', () => {
    expect(studentProbability(0, 4)).toBe(1);
    expect(studentProbability(1e9, 4)).toBeLessThan(1e-10);
    expect(studentProbability(2, 0)).toBeNaN();
    expect(studentProbability(Number.NaN, 3)).toBeNaN();
  });
});

it('Holm: the k-th smallest of n times n − k + 1, never falling, at most 1', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.5, Number.NaN, 0.9])).toEqual([1, Number.NaN, 1]);
});

describe('planned comparisons', () => {
  const run = (model: string, seed: number, value: number | null, accuracy: number) =>
    ({
      ...{ model, seed, measures: { 'iterations.100': value } },
      test: { accuracy, loss: 0, count: 1 },
      perturbations: [{ kind: 'white', strength: 1, accuracies: [accuracy - 0.1] }],
    }) as unknown as StudyRun;
  const study = { perturbations: [{ kind: 'white', strengths: [1] }] };
  const runs = [1, 2, 3].flatMap((seed) => [
    run('a', seed, 2 ** seed, 0.9),
    run('b', seed, 2 ** (seed + 3 + seed / 100), 0.8),
  ]);
  const planned = (measure: string, expected: 'lower' | 'higher', second = 'b') =>
    ({
      first: 'a',
      second,
      measure,
      expected,
      ...(measure.includes('.') ? { logarithm: true as const } : {}),
    }) as const;
  const plan = {
    hypothesis: '',
    exploratory: '',
    planned: [planned('iterations.100', 'lower'), planned('clean', 'lower'), planned('clean', 'lower', 'absent')],
  };

  it('are paired by seed, halvings where so planned, and corrected for those that were run', () => {
    const [iterations, clean, ...none] = plannedResults(study, plan, runs);
    expect(none).toEqual([]);
    expect(iterations!.difference.value).toBeCloseTo(-3.02, 10);
    expect([iterations!.adjusted, clean!.adjusted]).toEqual(holm([iterations!.probability, clean!.probability]));
    expect(iterations!.verdict).toBe('as expected');
    expect(clean!.difference.value).toBeCloseTo(0.1, 12);
    expect(clean!.verdict).toBe('the other way');
  });

  it('leave out seeds without the measure, and tell nothing from one', () => {
    const few = [...runs.filter(({ seed }) => seed === 1), run('a', 2, null, 1), run('b', 2, 3, 1)];
    const [iterations] = plannedResults(study, plan, few);
    expect(iterations).toMatchObject({ difference: { count: 1 }, verdict: 'cannot be told' });
  });
});
