/**
 * Files of the UCR time series archive: one series a line, its label first, then the values, separated by tabs, commas
 * or blanks (the older .txt files write all numbers in scientific notation). One channel.
 */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { parseNumber } from './number.js';
import { checkedTable, quoted } from './table.js';
import { decodeText } from './text.js';

/** @throws InputError as `readUcr`, and for values that are missing or not finite. */
export function parseUcr(bytes: Uint8Array, name: string): SequenceTable {
  return checkedTable(readUcr(bytes, name));
}

/** @throws InputError naming the line, if a line has another length than the first or holds something not a number. */
export function readUcr(bytes: Uint8Array, name: string): SequenceTable {
  const labels: string[] = [];
  const series: number[][] = [];
  let firstLine = 0;
  const lines = decodeText(bytes, name).split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [label, ...fields] = splitFields(line);
    const place = `${name}: line ${index + 1}`;
    if (!label || fields.length === 0)
      throw new InputError(
        `${place} is ${quoted(line.trim())}; expected a label, then the values, separated by tabs, commas or blanks.`,
      );
    const first = series[0];
    if (first === undefined) firstLine = index + 1;
    else if (fields.length !== first.length)
      throw new InputError(
        `${place} has ${fields.length} values, but line ${firstLine} has ${first.length}; all series must have the same length.`,
      );
    labels.push(label);
    series.push(fields.map((field, column) => parseValue(field, place, column)));
  }
  const steps = series[0]?.length ?? 0;
  const values = new Float32Array(series.length * steps);
  series.forEach((row, index) => {
    values.set(row, index * steps);
  });
  return { name, rows: series.length, steps, channels: 1, values, labels };
}

function splitFields(line: string): string[] {
  const trimmed = line.trim();
  if (trimmed.includes('\t')) return trimmed.split('\t').map((field) => field.trim());
  if (trimmed.includes(',')) return trimmed.split(',').map((field) => field.trim());
  return trimmed.split(/ +/);
}

function parseValue(field: string, place: string, column: number): number {
  const value = parseNumber(field);
  if (value === undefined)
    throw new InputError(
      `${place}, value ${column + 1} is ${quoted(field)}; expected a number (a first line of column names is read with --format csv).`,
    );
  return value;
}
