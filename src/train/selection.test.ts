import { expect, it } from 'vitest';
import { better } from './selection.js';

const score = (validationAccuracy: number, validationLoss: number) => ({ validationAccuracy, validationLoss });

it('selects by accuracy, ties by loss, then the earlier epoch', () => {
  expect(better(score(0.1, 9), undefined)).toBe(true);
  expect(better(score(0.9, 2), score(0.8, 1))).toBe(true);
  expect(better(score(0.8, 1), score(0.9, 2))).toBe(false);
  expect(better(score(0.9, 1), score(0.9, 2))).toBe(true);
  expect(better(score(0.9, 2), score(0.9, 1))).toBe(false);
  expect(better(score(0.9, 1), score(0.9, 1))).toBe(false);
});

it('selects by loss, ties by accuracy', () => {
  expect(better(score(0.1, 1), score(0.9, 2), 'loss')).toBe(true);
  expect(better(score(0.9, 2), score(0.1, 1), 'loss')).toBe(false);
  expect(better(score(0.9, 1), score(0.1, 1), 'loss')).toBe(true);
});

it('holds NaN for the worst', () => {
  const nan = Number.NaN;
  expect(better(score(nan, nan), score(0, Number.POSITIVE_INFINITY))).toBe(false);
  expect(better(score(0, Number.POSITIVE_INFINITY), score(nan, nan))).toBe(true);
  expect(better(score(nan, nan), score(nan, nan))).toBe(false);
  expect(better(score(nan, 1), score(nan, 2))).toBe(true);
  expect(better(score(0.5, nan), score(0.5, 3))).toBe(false);
});
