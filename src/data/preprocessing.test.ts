import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { applyPreprocessing, fitPreprocessing } from './preprocessing.js';

function table(values: number[], shape: [number, number, number], labels: string[] | null, name = 'a.tsv') {
  const [rows, steps, channels] = shape;
  return { name, rows, steps, channels, values: Float32Array.from(values), labels } satisfies SequenceTable;
}

const train = table([1, 10, 3, 10, 5, 10, 7, 10], [2, 2, 2], ['2', '10']);

describe('fitPreprocessing', () => {
  it('takes mean, standard deviation and extremes per channel, and leaves a constant channel unscaled', () => {
    const fitted = fitPreprocessing(train, 'standard');
    expect(fitted).toMatchObject({ mean: [4, 10], minimum: 1, maximum: 10, steps: 2, channels: 2 });
    expect(fitted.scale[0]).toBeCloseTo(Math.sqrt(5), 12);
    expect(fitted.scale[1]).toBe(1);
    expect(fitPreprocessing(train, 'none')).toMatchObject({ mean: [0, 0], scale: [1, 1] });
    expect(JSON.parse(JSON.stringify(fitted))).toEqual(fitted);
  });

  it('sorts numeric labels as numbers, others by code point, and merges spellings of one number', () => {
    const classes = (labels: string[]) =>
      fitPreprocessing(table(Array(labels.length).fill(0), [labels.length, 1, 1], labels), 'none').classes;
    expect(classes(['10', '2', '-1', '2'])).toEqual(['-1', '2', '10']);
    expect(classes(['10', '2', 'x'])).toEqual(['10', '2', 'x']);
    expect(classes(['b', 'a', 'B', '\u{1f600}', '\uff01'])).toEqual(['B', 'a', 'b', '\uff01', '\u{1f600}']);
    expect(classes(['2.0000000e+00', '1', '2'])).toEqual(['1', '2.0000000e+00']);
  });

  it('makes classes 0 to the largest of index labels, occurring or not', () => {
    const indexed = { ...table([0, 0], [2, 1, 1], ['3', '0']), indexLabels: true };
    expect(fitPreprocessing(indexed, 'none').classes).toEqual(['0', '1', '2', '3']);
  });

  it('looks at the steps of each row alone, not at what pads it to the longest', () => {
    const full = table([1, 10, 3, 20, 5, 60], [3, 1, 2], ['a', 'a', 'b']);
    const padded = {
      ...table([1, 10, 3, 20, 5, 60, 0, 0], [2, 2, 2], ['a', 'b']),
      lengths: Uint32Array.of(2, 1),
    };
    for (const normalisation of ['standard', 'minmax', 'none'] as const) {
      const { steps, ...fitted } = fitPreprocessing(padded, normalisation);
      expect(steps).toBe(0);
      expect(fitPreprocessing(full, normalisation)).toMatchObject(fitted);
      const inputs = applyPreprocessing(padded, { steps, ...fitted }).inputs;
      expect(inputs.subarray(0, 6)).toEqual(applyPreprocessing(full, { steps: 1, ...fitted }).inputs);
      expect(inputs.subarray(6)).toEqual(Float32Array.of(0, 0));
    }
    expect(fitPreprocessing(padded, 'minmax')).toMatchObject({ mean: [1, 10], scale: [4, 50] });
  });

  it('takes sequences of any length where the training data have different ones, and else of theirs', () => {
    const padded = { ...table([1, 2, 3, 0], [2, 2, 1], ['a', 'b']), lengths: Uint32Array.of(2, 1) };
    const longer = table([1, 2, 3, 4, 5], [1, 5, 1], null);
    expect(applyPreprocessing(longer, fitPreprocessing(padded, 'none')).steps).toBe(5);
    const fixed = fitPreprocessing(table([1, 2], [1, 2, 1], ['a']), 'none');
    expect(() => applyPreprocessing(padded, fixed)).toThrow(
      /up to 2 steps of 1 channel, but the training data had 2 st/,
    );
  });

  it('refuses training data without labels', () => {
    expect(() => fitPreprocessing(table([1], [1, 1, 1], null), 'none')).toThrow(/a\.tsv: training data needs labels/);
  });
});

describe('applyPreprocessing', () => {
  it('normalises with the training statistics alone, and maps labels', () => {
    const scored = table([4, 11, 9, 12], [1, 2, 2], ['10.0'], 'b.tsv');
    const dataset = applyPreprocessing(scored, fitPreprocessing(train, 'standard'));
    expect([...dataset.inputs]).toEqual([0, 1, Math.fround(5 / Math.sqrt(5)), 2]);
    expect(dataset.labels).toEqual(Int32Array.of(1));
  });

  it('gives a row the same values whatever other rows are in its file', () => {
    const fitted = fitPreprocessing(train, 'standard');
    const alone = applyPreprocessing(table([5, 6, 7, 8], [1, 2, 2], null), fitted);
    const among = applyPreprocessing(table([900, -900, 3, 3, 5, 6, 7, 8], [2, 2, 2], null), fitted);
    expect(among.inputs.subarray(4)).toEqual(alone.inputs);
    expect(alone.labels).toBeNull();
  });

  it('refuses another shape and an unknown label, naming row, label and classes', () => {
    const fitted = fitPreprocessing(train, 'none');
    expect(() => applyPreprocessing(table([1, 2], [1, 1, 2], null), fitted)).toThrow(
      /1 steps of 2 channels, but the training data had 2 steps of 2 channels/,
    );
    const unknown = table([1, 2, 3, 4], [1, 2, 2], ['7'], 'b.tsv');
    expect(() => applyPreprocessing(unknown, fitted)).toThrow(InputError);
    expect(() => applyPreprocessing(unknown, fitted)).toThrow(/b\.tsv: row 1 has label '7'.*'2', '10'/);
    const index = { ...table([1, 2, 3, 4], [1, 2, 2], ['2']), indexLabels: true };
    expect(() => applyPreprocessing(index, fitted)).toThrow(/class index/);
  });
});
