/** What a program hands in as sequences, in raw units, as the table that the rest of the library takes. */
import type { SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';

/** Numbers in a row: an array, or a typed one. */
export type NumberList =
  | readonly number[]
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/**
 * One series, or many of any lengths:
 * - a list of numbers is one series, [steps × channels], a step's channels side by side;
 * - a list of typed arrays is many series, each like that;
 * - nested arrays are many series [rows][steps] of a model with one input channel, and one series [steps][channels] of
 *   a model with more;
 * - doubly nested arrays are many series, [rows][steps][channels];
 * - a table, as the readers of `noisy-rnn/data` return, is what it says.
 */
export type SeriesBatch =
  | NumberList
  | readonly NumberList[]
  | readonly (readonly (readonly number[])[])[]
  | SequenceTable;

/** When the steps of each series were: one list of numbers for one series, a list of lists for many; increasing. */
export type SeriesTimes = NumberList | readonly NumberList[];

/**
 * @param times in the unit given.
 * @throws InputError for no series, a series without steps, one of another number of channels, a value that is not finite,
 * or times that are not one a step and increasing.
 */
export function tableOf(
  batch: SeriesBatch,
  channels: number,
  times?: SeriesTimes,
  unit: string | null = null,
): SequenceTable {
  if (typeof batch !== 'object' || batch === null)
    throw new InputError(
      `predict: got ${batch === null ? 'null' : typeof batch}; expected a list of numbers, lists of them, or a table`,
    );
  if (isTable(batch)) return checkedChannels(batch, channels);
  const table = tableOfSeries(batch, channels);
  return times === undefined ? table : { ...table, times: { values: timesOf(times, table), unit, resolution: 0 } };
}

/** [rows, steps], since the first of each row. */
function timesOf(times: SeriesTimes, { rows, steps, lengths }: SequenceTable): Float64Array {
  const lists = (typeof times[0] === 'number' ? [times as NumberList] : times) as readonly NumberList[];
  if (lists.length !== rows) throw new InputError(`predict: got times of ${lists.length} series, expected ${rows}`);
  const values = new Float64Array(rows * steps);
  for (const [row, own] of lists.entries()) {
    const length = lengths?.[row] ?? steps;
    if (own.length !== length)
      throw new InputError(`predict: series ${row} has ${own.length} times, expected ${length}, one a step`);
    for (let step = 0; step < length; step++) {
      if (!Number.isFinite(own[step]) || (step > 0 && !(own[step]! > own[step - 1]!)))
        throw new InputError(
          `predict: series ${row}, step ${step} has time ${own[step]}${step > 0 ? ` after ${own[step - 1]}` : ''}; expected ` +
            'increasing numbers',
        );
      values[row * steps + step] = own[step]! - own[0]!;
    }
  }
  return values;
}

function tableOfSeries(batch: Exclude<SeriesBatch, SequenceTable>, channels: number): SequenceTable {
  const series = seriesOf(batch, channels);
  if (series.length === 0) throw new InputError('predict: got no series; give at least one');
  const lengths = Uint32Array.from(series, (own, row) => stepsOf(own, channels, row));
  const steps = lengths.reduce((most, own) => Math.max(most, own), 0);
  const values = new Float32Array(series.length * steps * channels);
  for (const [row, own] of series.entries()) {
    const bad = own.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new InputError(
        `predict: series ${row}, step ${Math.floor(bad / channels)} is ${own[bad]}; every value must be a finite number`,
      );
    values.set(own, row * steps * channels);
  }
  const uneven = lengths.some((own) => own !== steps);
  return {
    name: 'predict',
    rows: series.length,
    steps,
    channels,
    values,
    labels: null,
    lengths: uneven ? lengths : null,
  };
}

function isTable(batch: SeriesBatch): batch is SequenceTable {
  return !Array.isArray(batch) && !ArrayBuffer.isView(batch);
}

function checkedChannels(table: SequenceTable, channels: number): SequenceTable {
  if (table.channels === channels) return table;
  throw new InputError(`${table.name}: has ${table.channels} channels a step, the model reads ${channels}`);
}

type Series = readonly number[] | Exclude<NumberList, readonly number[]>;

function seriesOf(batch: Exclude<SeriesBatch, SequenceTable>, channels: number): readonly Series[] {
  if (ArrayBuffer.isView(batch)) return [batch];
  const [first] = batch;
  if (first === undefined) return [];
  if (typeof first === 'number') return [batch as readonly number[]];
  if (ArrayBuffer.isView(first)) return batch as readonly Series[];
  const nested = batch as readonly (readonly number[])[] | readonly (readonly (readonly number[])[])[];
  const [inner] = first;
  if (Array.isArray(inner) || ArrayBuffer.isView(inner))
    return (nested as readonly (readonly (readonly number[])[])[]).map((own, row) =>
      flat(own, channels, `series ${row}`),
    );
  const rows = nested as readonly (readonly number[])[];
  return channels === 1 ? rows : [flat(rows, channels, 'the series')];
}

/** [steps][channels] side by side. */
function flat(steps: readonly (readonly number[])[], channels: number, what: string): number[] {
  for (const [step, own] of steps.entries())
    if (own?.length !== channels)
      throw new InputError(
        `predict: step ${step} of ${what} has ${own?.length ?? 'no'} values; the model reads ${channels} channels a step`,
      );
  return steps.flat();
}

function stepsOf(series: Series, channels: number, row: number): number {
  if (series.length === 0) throw new InputError(`predict: series ${row} is empty; a series has one step at least`);
  if (series.length % channels !== 0)
    throw new InputError(
      `predict: series ${row} has ${series.length} values, which is no multiple of the model's ${channels} channels`,
    );
  return series.length / channels;
}
