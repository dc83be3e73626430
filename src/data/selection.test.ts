import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceTable } from './dataset.js';
import { applyPreprocessing, fitPreprocessing } from './preprocessing.js';
import { batches, selectRows, splitTable } from './selection.js';

/** One step, whose value is the row number. */
function numbered(labels: string[]): SequenceTable {
  const rows = labels.length;
  return { name: 't', rows, steps: 1, channels: 1, values: Float32Array.from(labels.keys()), labels };
}

describe('selectRows', () => {
  it('takes rows in the order asked for, of tables and data sets', () => {
    const table: SequenceTable = {
      name: 't',
      rows: 3,
      steps: 2,
      channels: 1,
      values: Float32Array.of(1, 2, 3, 4, 5, 6),
      labels: ['a', 'b', 'c'],
    };
    expect(selectRows(table, [2, 0])).toMatchObject({
      rows: 2,
      labels: ['c', 'a'],
      values: Float32Array.of(5, 6, 1, 2),
    });
    const { values, ...rest } = table;
    const inputs = Float32Array.from(values);
    const none = { lengths: null, targets: null, stepLabels: null, groups: null };
    const dataset = { ...rest, inputs, labels: Int32Array.of(7, 8, 9), ...none };
    const selected = selectRows(dataset, Uint32Array.of(1));
    expect(selected).toMatchObject({ rows: 1, labels: Int32Array.of(8), inputs: Float32Array.of(3, 4) });
    selected.inputs[0] = 99;
    expect(inputs[2]).toBe(3);
  });
});

describe('rows with everything that belongs to a row', () => {
  const table: SequenceTable = {
    name: 't',
    rows: 3,
    steps: 2,
    channels: 1,
    values: Float32Array.of(1, 2, 3, 0, 5, 6),
    labels: null,
    lengths: Uint32Array.of(2, 1, 2),
    targets: { values: Float32Array.of(10, 20, 30, 0, 50, 60), width: 1, per: 'step' },
    stepLabels: ['a', 'b', 'b', null, 'a', 'a'],
    groups: ['p', 'q', 'p'],
  };

  it('keep it when they are chosen', () => {
    expect(selectRows(table, [1, 0])).toEqual({
      ...table,
      rows: 2,
      values: Float32Array.of(3, 0, 1, 2),
      lengths: Uint32Array.of(1, 2),
      targets: { values: Float32Array.of(30, 0, 10, 20), width: 1, per: 'step' },
      stepLabels: ['b', null, 'a', 'b'],
      groups: ['q', 'p'],
    });
    const perRow = { ...table, targets: { values: Float32Array.of(1, 2, 3), width: 1, per: 'row' as const } };
    expect(selectRows(perRow, [2]).targets?.values).toEqual(Float32Array.of(3));
  });

  it('keep it when they are made ready for a model', () => {
    const preprocessing = fitPreprocessing(table, 'minmax');
    expect(preprocessing).toMatchObject({ steps: 0, mean: [1], scale: [5], classes: ['a', 'b'] });
    expect(preprocessing.targets).toEqual({ width: 1, per: 'step', mean: [34], scale: [expect.closeTo(18.547, 3)] });
    const data = applyPreprocessing(table, preprocessing);
    expect(selectRows(data, [1])).toMatchObject({
      inputs: Float32Array.of(0.4, 0),
      lengths: Uint32Array.of(1),
      targets: { values: Float32Array.of(-4 / preprocessing.targets!.scale[0]!, 0) },
      stepLabels: Int32Array.of(1, -1),
      groups: ['q'],
    });
  });
});

describe('splitTable', () => {
  it('parts every table into the right number of rows, none lost, in order, each class within one row of its share', () => {
    const cases = fc.record({
      labels: fc.array(fc.constantFrom('1', '2', '3'), { minLength: 4, maxLength: 60 }),
      fraction: fc.double({ min: 0.15, max: 0.85, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ labels, fraction, seed }) => {
        const { train, heldOut } = splitTable(numbered(labels), fraction, seed);
        expect(heldOut.rows).toBe(Math.round(fraction * labels.length));
        expect([...train.values, ...heldOut.values].sort((a, b) => a - b)).toEqual([...labels.keys()]);
        for (const part of [train, heldOut]) {
          expect(part.values).toEqual(part.values.toSorted());
          expect(part.labels).toEqual(Array.from(part.values, (row) => labels[row]));
        }
        for (const label of new Set(labels)) {
          const share = (labels.filter((other) => other === label).length * heldOut.rows) / labels.length;
          const count = heldOut.labels!.filter((other) => other === label).length;
          expect(Math.abs(count - share)).toBeLessThan(1);
        }
      }),
    );
  });

  it('follows the seed, and refuses to leave a part empty', () => {
    const table = numbered(Array(40).fill('a'));
    expect(splitTable(table, 0.5, 1)).toEqual(splitTable(table, 0.5, 1));
    expect(splitTable(table, 0.5, 1)).not.toEqual(splitTable(table, 0.5, 2));
    expect(() => splitTable(table, 0.001, 1)).toThrow(/cannot hold out 0\.001 of 40 rows/);
    expect(() => splitTable(table, 1, 1)).toThrow(/cannot hold out 1 of 40 rows/);
  });
});

describe('batches', () => {
  it('visits every row once an epoch, in an order of its own, the last batch smaller', () => {
    const first = batches(103, 10, 5, 0);
    expect(first.map((batch) => batch.length)).toEqual([...Array(10).fill(10), 3]);
    expect(first.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual([...Array(103).keys()]);
    expect(batches(103, 10, 5, 0)).toEqual(first);
    expect(batches(103, 10, 5, 1)).not.toEqual(first);
    expect(batches(103, 10, 6, 0)).not.toEqual(first);
  });
});
