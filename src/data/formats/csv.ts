/** Delimited text: with column names in its first line a table of columns, without a file as in the UCR archive. */
import type { Columns } from '../columns/columns.js';
import { tableOfColumns } from '../columns/table-of-columns.js';
import type { SequenceTable } from '../dataset.js';
import { columnsOf, type Delimited, readDelimited } from '../delimited/delimited.js';
import type { Reading } from '../reading.js';
import { decodeText } from '../text.js';
import { labelledLines, refuseLabelLast } from '../ucr.js';

/** @throws InputError for text that is no table, saying in which line. */
export function parseDelimited(bytes: Uint8Array, name: string, reading: Reading): SequenceTable {
  const text = withoutEmptyEnd(readDelimited(decodeText(bytes, name), name, headed(reading)));
  const given =
    reading.header === 'no' && (reading.labelColumn ?? reading.channelColumns ?? reading.layout) !== undefined;
  if (text.names !== null || given) return tableOfDelimited(text, columnsOf(text, name), reading);
  if (!reading.legacy) refuseLabelLast(text, name);
  return labelledLines(text, name);
}

/** A spreadsheet may end with lines of separators alone. */
function withoutEmptyEnd(text: Delimited): Delimited {
  const isEmpty = (at: number) =>
    (text.records[at]?.fields.length ?? 0) > 1 && text.records[at]!.fields.every((field) => field.trim() === '');
  let end = text.records.length;
  while (isEmpty(end - 1)) end -= 1;
  const left = text.records.length - end;
  if (left === 0) return text;
  const note = `${left} line${left === 1 ? '' : 's'} without any value at the end: not read`;
  return { ...text, records: text.records.slice(0, end), notes: [...text.notes, note] };
}

/** The format's name says that there are names, unless they are said to be none. */
function headed(reading: Reading): Reading {
  return reading.format === 'csv' && (reading.header ?? 'auto') === 'auto' ? { ...reading, header: 'yes' } : reading;
}

/** With how the text was read. */
export function tableOfDelimited(text: Delimited, columns: Columns, reading: Reading): SequenceTable {
  const table = tableOfColumns(columns, reading);
  const { report } = table;
  if (!report) return table;
  return {
    ...table,
    report: {
      ...report,
      ...{ header: text.names === null ? 'no' : 'yes', separator: text.separator, decimal: text.numbers.decimal },
      notes: [...text.notes, ...report.notes],
    },
  };
}
