import { describe, expect, it } from 'vitest';
import { createGenerator } from '../../random/index.js';
import type { SequenceTable } from '../dataset.js';
import { intervalsOf, samplingNotes, splitAtGaps, timeScaleOf, timeStepOf, withTimeChannel } from './index.js';

/** Rows of one channel that count their steps, at these times. */
function tableOf(rows: readonly (readonly number[])[], resolution = 0, unit: string | null = 's'): SequenceTable {
  const steps = Math.max(...rows.map(({ length }) => length));
  const values = new Float32Array(rows.length * steps);
  const times = new Float64Array(rows.length * steps);
  rows.forEach((own, row) => {
    own.forEach((time, step) => {
      values[row * steps + step] = step;
      times[row * steps + step] = time - own[0]!;
    });
  });
  return {
    ...{ name: 'file.csv', rows: rows.length, steps, channels: 1, values },
    labels: rows.map((_, row) => 'ab'[row % 2]!),
    lengths: rows.some((own) => own.length !== steps) ? Uint32Array.from(rows, (own) => own.length) : null,
    times: { values: times, unit, resolution },
  };
}

const counted = (count: number, step: number, digits?: number) =>
  Array.from({ length: count }, (_, at) => (digits === undefined ? at * step : Number((at * step).toFixed(digits))));

const auto = (table: SequenceTable, more = {}) => timeScaleOf(table, more, true)!;

describe('the step of a table', () => {
  it('is the median over all rows, without their first steps', () => {
    expect(
      timeStepOf(
        tableOf([
          [5, 6, 8],
          [0, 4, 5, 6],
        ]),
      ),
    ).toEqual({ unit: 's', median: 1, least: 1, most: 4, even: false });
    expect(timeStepOf(tableOf([[1], [2]]))).toBeNull();
    expect(timeStepOf({ ...tableOf([[1, 2]]), times: null })).toBeNull();
  });

  it.each([
    ['to one in a million', [counted(50, 0.1)], 0, true],
    ['not to two in a million', [[0, 1, 2 + 2e-6, 3 + 2e-6]], 0, false],
    ['to three digits, thirty a second', [counted(20, 1 / 30, 3), counted(9, 1 / 30, 3)], 1e-3, true],
    ['to two digits, sixty a second, in a long series', [counted(200, 1 / 60, 2)], 1e-2, true],
    ['cut off instead of rounded', [counted(100, 1 / 30).map((t) => Math.floor(t * 1000) / 1000)], 1e-3, true],
    ['not where one step is missing', [counted(100, 1 / 30, 3).filter((_, at) => at !== 50)], 1e-3, false],
    [
      'not where digits are too few to tell',
      [
        [0, 1, 3],
        [0, 2, 3],
      ],
      1,
      false,
    ],
    ['not where two rows have different steps', [counted(100, 1 / 30, 3), counted(100, 1 / 31, 3)], 1e-3, false],
  ] as const)('is even %s', (_, rows, resolution, even) => {
    expect(timeStepOf(tableOf(rows, resolution))!.even).toBe(even);
  });

  it('is not even for times drawn at random, however they are rounded', () => {
    const generator = createGenerator(1, 'random times');
    for (let trial = 0; trial < 200; trial++) {
      let time = 0;
      const row = Array.from({ length: 40 }, () => {
        time += generator.exponential();
        return Number(time.toFixed(trial % 3));
      });
      const increasing = row.filter((own, at) => at === 0 || own > row[at - 1]!);
      expect(timeStepOf(tableOf([increasing], 10 ** -(trial % 3)))!.even).toBe(false);
    }
  });
});

describe('intervals', () => {
  it('are in medians of the training data, and 1 for the first step', () => {
    const scale = auto(
      tableOf([
        [0, 2, 4, 10],
        [0, 2, 3],
      ]),
    );
    expect(scale).toMatchObject({ median: 2, follows: true, even: false, maxStep: 10, onGap: 'parts', channel: false });
    expect([
      ...intervalsOf(
        tableOf([
          [7, 8, 11],
          [1, 2],
        ]),
        scale,
      )!,
    ]).toEqual([1, 0.5, 1.5, 1, 0.5, 1]);
  });

  it('are none for even data at the rate of the training data', () => {
    const scale = auto(tableOf([counted(20, 1 / 30, 3)], 1e-3));
    expect(intervalsOf(tableOf([counted(20, 1 / 30, 3), counted(5, 1 / 30, 3)], 1e-3), scale)).toBeNull();
    expect(intervalsOf({ ...tableOf([[0, 1]]), times: null }, scale)).toBeNull();
  });

  it('are of even data at another rate all alike, whatever the unit', () => {
    const scale = auto(tableOf([counted(20, 0.01)]));
    for (const [unit, factor] of [
      ['ms', 1000],
      ['min', 1 / 60],
    ] as const) {
      const found = intervalsOf(tableOf([counted(5, 0.02 * factor)], 0, unit), scale)!;
      expect(found[0]).toBe(1);
      for (const own of found.subarray(1)) expect(own).toBeCloseTo(2, 9);
    }
  });

  it('are refused where times are missing, or in what looks like another unit', () => {
    const scale = auto(tableOf([[0, 1, 3]]));
    expect(() => intervalsOf({ ...tableOf([[0, 1]]), times: null }, scale)).toThrow('--time-column');
    expect(() => intervalsOf(tableOf([[0, 1000, 3000]]), scale)).toThrow('same unit');
    expect(() => intervalsOf(tableOf([[0, 1, 3]], 0, 'beats'), scale)).toThrow("'beats'");
    expect(() => intervalsOf(tableOf([[0, 1, 2, 1e6]]), scale)).toThrow('--on-gap split');
  });

  it('are none where the steps are to be taken as even, or the cell is discrete', () => {
    const table = tableOf([[0, 1, 3]]);
    expect(intervalsOf(table, timeScaleOf(table, { sampling: 'even' }, true))).toBeNull();
    expect(intervalsOf(table, timeScaleOf(table, {}, false))).toBeNull();
    expect(samplingNotes(table, timeScaleOf(table, {}, false), false)[0]).toContain('--time-channel');
    expect(() => timeScaleOf(table, { sampling: 'times' }, false)).toThrow('--time-channel');
    expect(() => timeScaleOf({ ...table, times: null }, { sampling: 'times' }, true)).toThrow('--time-column');
  });
});

describe('gaps', () => {
  const table: SequenceTable = {
    ...tableOf([
      [0, 1, 2, 50, 51],
      [0, 1, 2, 3],
    ]),
    stepLabels: ['p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', null],
    ids: ['first', 'second'],
  };

  it('begin new series, that stay together', () => {
    const parts = splitAtGaps(table, auto(table, { onGap: 'split' }));
    expect(parts).toMatchObject({ rows: 3, steps: 4, groups: ['0', '0', '1'], labels: ['a', 'a', 'b'] });
    expect(parts.ids).toEqual(['first', 'first', 'second']);
    expect([...parts.lengths!]).toEqual([3, 2, 4]);
    expect([...parts.values]).toEqual([0, 1, 2, 0, 3, 4, 0, 0, 0, 1, 2, 3]);
    expect([...parts.times!.values]).toEqual([0, 1, 2, 0, 0, 1, 0, 0, 0, 1, 2, 3]);
    expect(parts.stepLabels).toEqual(['p', 'q', 'r', null, 's', 't', null, null, 'u', 'v', 'w', 'x']);
  });

  it('are told', () => {
    const [uneven, gaps] = samplingNotes(table, auto(table), true);
    expect(uneven).toContain('1 s to 48 s, median 1 s');
    expect(gaps).toMatch(/1 step is longer than 10 medians.*--on-gap split/);
    expect(samplingNotes(tableOf([counted(9, 1)]), auto(tableOf([counted(9, 1)])), true)).toEqual([]);
  });
});

it('Δt as an input, in the unit of the training data', () => {
  const train = tableOf([
    [0, 2, 4, 10],
    [0, 2],
  ]);
  const found = withTimeChannel(
    tableOf(
      [
        [0, 1000, 4000],
        [0, 500],
      ],
      0,
      'ms',
    ),
    auto(train, { timeChannel: true }),
  );
  expect(found.channels).toBe(2);
  expect([...found.values]).toEqual([0, 2, 1, 1, 2, 3, 0, 2, 1, 0.5, 0, 0]);
});
