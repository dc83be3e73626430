/** Files of studies: what JSON cannot say comes back as it was. */
import { describe, expect, it } from 'vitest';
import { parseStored, storedRun } from './stored.js';
import type { StudyRun } from './study.js';

describe('a file of a study', () => {
  const run: StudyRun = {
    ...{ model: 'noisy', seed: 1, seconds: 1, bestEpoch: 1, build: 'some', measures: { exponent: null } },
    curve: [{ epoch: 1, trainLoss: Number.NaN, validationLoss: Number.NaN, validationAccuracy: 0.5 }],
    ...{ validation: { accuracy: 0.5, loss: 1 }, test: { accuracy: 0.5, loss: 1, count: 4 } },
    ...{ perturbations: [], attacks: [] },
    profile: {
      ...{ hessian: { grid: [0.5], density: [1] }, exponents: [Number.NaN, -0.25], exponentErrors: [Number.NaN, 0.5] },
      margins: { linearised: [null, 0.5], certified: null, attack: [null] },
    },
  };

  it('gives back numbers that were not finite, and leaves what may be null', () => {
    expect(parseStored(JSON.stringify(run))).toEqual(run);
    const interval = { value: 0.5, low: Number.NaN, high: Number.NaN, standardError: Number.NaN, count: 1 };
    expect(parseStored(JSON.stringify(interval))).toEqual(interval);
  });

  it('is kept the same whether it was read or has just been computed', () => {
    expect(storedRun(parseStored(JSON.stringify(run)) as StudyRun)).toEqual(storedRun(run));
  });
});
