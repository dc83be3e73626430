import { describe, expect, it } from 'vitest';
import type { SequenceTable } from '../data/index.js';
import { checkReadout, classify, forecast, parseTask } from './index.js';

/** Two channels; row 0 is 0, 1, 2, 3 in the first, row 1 is 10, 11, 12 and then ends; the second is 100 more. */
const table: SequenceTable = {
  name: 'two rows',
  rows: 2,
  steps: 4,
  channels: 2,
  values: Float32Array.of(0, 100, 1, 101, 2, 102, 3, 103, 10, 110, 11, 111, 12, 112, 0, 0),
  labels: ['a', 'b'],
  lengths: Uint32Array.of(4, 3),
};

describe('forecast', () => {
  it('asks every step whose future is known, and none beyond', () => {
    const { steps, lengths, values, targets, labels } = forecast({ horizon: 1, steps: 2 }).tableOf(table, 'every');
    expect([steps, [...lengths!], labels]).toEqual([2, [2, 1], null]);
    expect([...values]).toEqual([0, 100, 1, 101, 10, 110, 0, 0]);
    expect(targets).toMatchObject({ width: 4, per: 'step' });
    expect([...targets!.values]).toEqual([1, 101, 2, 102, 2, 102, 3, 103, 11, 111, 12, 112, 0, 0, 0, 0]);
  });

  it('asks the last step whose future is known', () => {
    const { targets } = forecast({ horizon: 2, steps: 1 }).tableOf(table, 'last');
    expect(targets).toEqual({ width: 2, per: 'row', values: Float32Array.of(3, 103, 12, 112) });
  });

  it('needs series that are long enough, and all there', () => {
    const far = forecast({ horizon: 1, steps: 3 });
    expect(() => far.tableOf(table, 'last')).toThrow('row 2 lasts 3 steps');
    const values = table.values.map((value) => (value === 11 ? Number.NaN : value));
    expect(() => forecast({ horizon: 1, steps: 1 }).tableOf({ ...table, values }, 'last')).toThrow('--missing');
  });

  it('reads out every step one ahead, and the last for several', () => {
    expect(parseTask('forecast').readouts[0]).toBe('every');
    expect(parseTask('forecast:steps=3').readouts[0]).toBe('last');
    expect(parseTask('forecast:horizon=2,steps=3')).toMatchObject({ horizons: [2, 3, 4] });
    expect(parseTask(parseTask('forecast:horizon=2').name).name).toBe('forecast:horizon=2,steps=1');
    expect(() => checkReadout(parseTask('forecast'), 'every', true)).toThrow('bidirectional');
    expect(() => checkReadout(parseTask('forecast'), 'last', true)).not.toThrow();
  });
});

it('keeps of a table only what the task asks for', () => {
  const targets = { values: Float32Array.of(1, 2), width: 1, per: 'row' } as const;
  const stepLabels = ['x', 'y', null, 'x', 'x', 'y', null, null];
  const full = { ...table, targets, stepLabels };
  expect(classify.tableOf(full, 'last')).toEqual({ ...table, targets: null, stepLabels: null });
  expect(parseTask('label').tableOf(full, 'every')).toEqual({ ...table, labels: null, targets: null, stepLabels });
  expect(parseTask('regress').tableOf(full, 'last')).toEqual({ ...table, labels: null, targets, stepLabels: null });
});

it('numbers at every step are not read once', () => {
  const targets = { values: new Float32Array(8), width: 1, per: 'step' } as const;
  expect(() => parseTask('regress').tableOf({ ...table, targets }, 'last')).toThrow('--readout every');
});
