/**
 * Files of the UCR time series archive: one series a line, its label first, then the values, separated by tabs, commas
 * or blanks (the older .txt files write all numbers in scientific notation). One channel. Labels are numbers where all are.
 */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { type Delimited, readDelimited } from './delimited/delimited.js';
import { parseNumber } from './number.js';
import { inPrecision } from './precision.js';
import type { Reading } from './reading.js';
import { refuseBoth } from './refuse-both.js';
import { checkedTable, quoted } from './table.js';
import { decodeText } from './text.js';

/** @throws InputError as `readUcr`, and for values that are missing or not finite. */
export function parseUcr(bytes: Uint8Array, name: string): SequenceTable {
  return checkedTable(inPrecision(readUcr(bytes, name)));
}

/** @throws InputError naming the line, if a line has another length than the first or holds something not a number. */
export function readUcr(bytes: Uint8Array, name: string, reading: Reading = {}): SequenceTable {
  const text = decodeText(bytes, name);
  if (text.trim() === '') return tableOf(name, [], [], []);
  return labelledLines(readDelimited(text, name, { ...reading, header: 'no' }), name);
}

/** @throws InputError as `readUcr`. */
export function labelledLines({ records, numbers, separator, notes }: Delimited, name: string): SequenceTable {
  const labels: string[] = [];
  const series: number[][] = [];
  const first = records[0];
  for (const { fields: all, line } of records) {
    const [label = '', ...fields] = all.map((field) => field.trim());
    const place = `${name}: line ${line}`;
    if (label === '' || fields.length === 0)
      throw new InputError(
        `${place} is ${quoted(all.join(' ').trim())}; expected a label, then the values, separated by tabs, commas or blanks.`,
      );
    if (all.length !== first!.fields.length)
      throw new InputError(
        `${place} has ${fields.length} values, but line ${first!.line} has ${first!.fields.length - 1}; all series must have the same length.`,
      );
    labels.push(label);
    series.push(
      fields.map((field, column) => {
        const value = parseNumber(field, numbers);
        if (value !== undefined) return value;
        throw new InputError(
          `${place}, value ${column + 1} is ${quoted(field)}; expected a number (a first line of column names is read with ` +
            '--header yes, a label elsewhere with --header no --label-column NUMBER).',
        );
      }),
    );
  }
  const steps = series[0]?.length ?? 0;
  const table = tableOf(
    name,
    labels,
    series,
    records.map(({ line }) => `line ${line}`),
  );
  return {
    ...table,
    report: {
      ...{ layout: 'wide', layoutReason: 'a line a series', header: 'no', separator, decimal: numbers.decimal, notes },
      columns: [
        {
          name: '1',
          role: 'label',
          reason: 'first, without names',
          flag: '--header yes, or --header no --label-column NUMBER',
        },
        ...Array.from({ length: steps }, (_, step) => ({
          ...{ name: String(step + 2), role: 'channel' as const, reason: 'after the label', channel: 0, step },
          flag: '--header no --channel-columns NUMBERS',
        })),
      ],
    },
  };
}

function tableOf(name: string, labels: string[], series: number[][], places: string[]): SequenceTable {
  const steps = series[0]?.length ?? 0;
  const values = new Float64Array(series.length * steps);
  series.forEach((row, index) => {
    values.set(row, index * steps);
  });
  const numeric = labels.every((label) => Number.isFinite(parseNumber(label) ?? Number.NaN));
  return {
    ...{ name, rows: series.length, steps, channels: 1, values, labels, places },
    labelsAre: numeric ? 'numbers' : 'texts',
  };
}

/** @throws InputError for lines that look as if their label stood last, with both commands. */
export function refuseLabelLast({ records }: Delimited, name: string): void {
  const width = records[0]?.fields.length ?? 0;
  if (records.length < 5 || width < 3) return;
  const column = (index: number) => records.map(({ fields }) => (fields[index] ?? '').trim());
  const [first, last] = [column(0), column(width - 1)];
  const isClass = (field: string) => /^[+-]?\d+$/.test(field) || parseNumber(field) === undefined;
  const [many, few] = [new Set(first), new Set(last)];
  if (first.every(isClass) || !last.every(isClass) || 2 * many.size <= records.length || 4 * few.size > records.length)
    return;
  throw refuseBoth(
    name,
    `its lines have no names of columns, and the first of each line, where the label is read, has ${many.size} different values; ` +
      `the last has ${few.size} (${[...few].slice(0, 3).join(', ')}${few.size > 3 ? ', …' : ''}) and may be the label`,
    [
      { flags: `--header no --label-column ${width}`, says: 'the label last' },
      { flags: '--format ucr', says: 'the label first' },
    ],
  );
}
