import { expect, it } from 'vitest';
import type { Dataset } from '../data/index.js';
import { classWeightsOf } from './class-weights.js';

const data = (labels: readonly number[] | null, stepLabels: readonly number[] | null = null): Dataset => ({
  ...{ name: 'd', rows: 4, steps: 1, channels: 1, inputs: new Float32Array(4), lengths: null, targets: null },
  ...{ labels: labels && Int32Array.from(labels), stepLabels: stepLabels && Int32Array.from(stepLabels), groups: null },
});

it('balanced: n / (K nₖ), which is 1 on average over the labels', () => {
  expect(classWeightsOf('balanced', data([0, 0, 0, 1]), ['a', 'b'])).toEqual([4 / 6, 2]);
  expect(classWeightsOf('balanced', data(null, [-1, 0, 0, 1]), ['a', 'b'])).toEqual([0.75, 1.5]);
  expect(classWeightsOf('balanced', data([0, 0, 0, 2]), ['a', 'b', 'c'])).toEqual([4 / 6, 0, 2]);
});

it('a list is scaled to 1 on average, and has a number for each class', () => {
  expect(classWeightsOf([1, 5], data([0, 0, 0, 1]), ['a', 'b'])).toEqual([0.5, 2.5]);
  expect(() => classWeightsOf([1, 5, 1], data([0, 1]), ['a', 'b'])).toThrow(
    'got 3 weights, and there are 2 classes: a, b',
  );
  expect(classWeightsOf('none', data([0, 1]), ['a', 'b'])).toBeUndefined();
});
