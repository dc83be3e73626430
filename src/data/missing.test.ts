import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { fillMissing } from './missing.js';
import { applyPreprocessing, fitPreprocessing } from './preprocessing.js';

const N = Number.NaN;
const table = (values: number[], steps: number, channels = 1): SequenceTable => {
  const rows = values.length / steps / channels;
  return { name: 't', rows, steps, channels, values: Float32Array.from(values), labels: Array(rows).fill('a') };
};

describe('fillMissing', () => {
  it.each([
    ['previous', [N, 2, N, N, 5, N], [2, 2, 2, 2, 5, 5]],
    ['linear', [N, 2, N, N, 5, N], [2, 2, 3, 4, 5, 5]],
    ['value=-1.5', [N, 2, N, N, 5, N], [-1.5, 2, -1.5, -1.5, 5, -1.5]],
    ['refuse', [N, 2], [N, 2]],
    ['mean', [N, 2], [N, 2]],
  ])('%s', (rule, values, filled) => {
    expect([...fillMissing(table(values, values.length), rule).values]).toEqual(filled);
  });

  it('fills each channel of each row from itself', () => {
    const given = table([1, 10, N, N, 3, N, 7, 70, N, 80, N, N], 3, 2);
    expect([...fillMissing(given, 'linear').values]).toEqual([1, 10, 2, 10, 3, 10, 7, 70, 7, 80, 7, 80]);
  });

  it('end: a row lasts to its last step that has a value', () => {
    const cut = fillMissing(table([1, N, 2, N, N, N, 3, 4, N, 5, 6, 7], 3, 2), 'end');
    expect(cut.lengths).toEqual(Uint32Array.of(2, 3));
  });

  it('refuses a rule there is none of, and a row it cannot fill', () => {
    for (const rule of ['zero', 'value', 'value=', 'value=x', 'mean=2', 'toString'])
      expect(() => fillMissing(table([N, 1], 2), rule)).toThrow(InputError);
    expect(() => fillMissing(table([1, 2, N, N], 2), 'previous')).toThrow(/row 2 has no value at all/);
  });
});

describe('the mean', () => {
  it('is that of the training data, whatever is filled', () => {
    const train = table([1, 10, N, 30, 4, 20, 1, N], 2, 2);
    const preprocessing = fitPreprocessing(train, 'standard', 'mean');
    expect(preprocessing.fill).toEqual([2, 20]);
    expect(preprocessing.mean).toEqual([2, 20]);
    const other = applyPreprocessing(table([N, 100, 8, N], 2, 2), preprocessing);
    expect(other.inputs[0]).toBe(0);
    expect(other.inputs[3]).toBe(0);
    expect(applyPreprocessing(table([N, 100, 8, N], 2, 2), fitPreprocessing(train, 'none', 'mean')).inputs).toEqual(
      Float32Array.of(2, 100, 8, 20),
    );
  });

  it('is needed: a model trained without a rule refuses missing values', () => {
    const preprocessing = fitPreprocessing(table([1, 2, 3, 4], 2), 'standard');
    expect(() => applyPreprocessing(table([1, N], 2), preprocessing)).toThrow(/row 1, step 2 is missing/);
    expect(() => fitPreprocessing(table([N, N], 2), 'standard', 'mean')).toThrow(/channel 1 has no value at all/);
  });
});
