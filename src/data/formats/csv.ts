/** Delimited text: with column names in its first line a table of columns, without a file as in the UCR archive. */
import Papa from 'papaparse';
import { InputError } from '../../errors.js';
import type { Columns } from '../columns/columns.js';
import { tableOfColumns } from '../columns/table-of-columns.js';
import type { SequenceTable } from '../dataset.js';
import { parseNumber } from '../number.js';
import type { Reading } from '../reading.js';
import { quoted } from '../table.js';
import { decodeText } from '../text.js';
import { readUcr } from '../ucr.js';

/** @throws InputError for text that is no table, saying in which line. */
export function parseDelimited(bytes: Uint8Array, name: string, reading: Reading): SequenceTable {
  const text = decodeText(bytes, name);
  if (reading.format !== 'csv' && columnNames(text) === null) return readUcr(bytes, name);
  return tableOfColumns(delimitedColumns(text, name), reading);
}

/**
 * Fields between tabs, semicolons or commas (whichever the first line has most of), quoted with " where need be.
 * With semicolons a number may be written 1,5.
 * @throws InputError for a line with another number of fields than the first, an unended quote, or a name twice.
 */
export function delimitedColumns(text: string, name: string): Columns {
  const delimiter = delimiterOf(firstLine(text));
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: '\n' });
  const lines = lineNumbers(data);
  const [error] = errors;
  if (error !== undefined)
    throw new InputError(
      `${name}: line ${lines[error.row ?? 0] ?? data.length}: ${error.message}; check the quotes, or copy the file again.`,
    );
  const filled = [...data.keys()].filter((index) => data[index]!.length > 1 || data[index]![0]!.trim() !== '');
  const [first, ...rows] = filled;
  if (first === undefined) throw new InputError(`${name}: is empty.`);
  const names = data[first]!.map((field) => field.trim());
  checkNames(names, name);
  for (const row of rows)
    if (data[row]!.length !== names.length)
      throw new InputError(
        `${name}: line ${lines[row]} has ${data[row]!.length} fields, but line ${lines[first]}, the names of the columns, has ` +
          `${names.length}; every line needs as many.`,
      );
  return {
    name,
    names,
    rows: rows.length,
    cell: (column, row) => data[rows[row]!]![column]!,
    place: (row) => `line ${lines[rows[row]!]}`,
    ...(delimiter === ';' && text.includes(',') && { numbers: { decimal: ',', thousands: null } as const }),
  };
}

function checkNames(names: readonly string[], name: string): void {
  const twice = names.findIndex((own, index) => own !== '' && names.indexOf(own) !== index);
  if (twice >= 0) throw new InputError(`${name}: two columns are named ${quoted(names[twice]!)}; rename one.`);
}

/** The first line that is not blank. */
function firstLine(text: string): string {
  const start = text.lastIndexOf('\n', text.search(/\S/)) + 1;
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end);
}

function delimiterOf(line: string): string {
  const plain = line.replace(/"[^"]*"/g, '');
  const counts = ['\t', ';', ','].map((delimiter) => ({ delimiter, count: plain.split(delimiter).length }));
  return counts.reduce((most, own) => (own.count > most.count ? own : most)).delimiter;
}

/** The fields of the first line, if they are names of columns and not a label and numbers; else null. */
export function columnNames(text: string): string[] | null {
  const line = firstLine(text);
  const fields = line
    .split(/[\t;,]/.test(line) ? delimiterOf(line) : / +/)
    .map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
  const isText = (field: string) => field !== '' && parseNumber(field) === undefined && !/^[+-]?\d+,\d+$/.test(field);
  const texts = fields.filter(isText);
  const [first = '', ...rest] = fields;
  if (rest.length === 0) return isText(first) ? fields : null;
  // A label may be a text too, so the first field tells nothing; one damaged number among many is no name either.
  if (2 * rest.filter(isText).length > rest.length) return fields;
  // A data frame may name its columns 0, 1, 2, … beside one with a name.
  const numbers = fields.filter((field) => field !== '' && !isText(field)).map(Number);
  const start = numbers[0] ?? 2;
  const counted = numbers.length > 2 && start < 2 && numbers.every((value, index) => value === start + index);
  return texts.length > 0 && counted ? fields : null;
}

/** The line each record begins in: a quoted field may hold line ends. */
function lineNumbers(data: readonly string[][]): number[] {
  let line = 1;
  return data.map((fields) => {
    const own = line;
    line += 1;
    for (const field of fields) if (field.includes('\n')) line += field.split('\n').length - 1;
    return own;
  });
}
