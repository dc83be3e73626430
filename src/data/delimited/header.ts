/** Whether the first record of a text holds the names of its columns. */
import { isUsualName } from '../columns/usual-names.js';
import { parseNumber } from '../number.js';
import { refuseBoth } from '../refuse-both.js';
import { isoTime } from '../times/iso.js';
import type { RecordOfText } from './split.js';

export interface Header {
  readonly named: boolean;
  readonly reason: string;
}

const isNumber = (field: string) => parseNumber(field) !== undefined || /^[+-]?\d*,\d+$/.test(field);
const isText = (field: string) => field !== '' && !isNumber(field) && isoTime(field) === null;

/** @throws InputError for a first record of numbers that could be either, with both commands. */
export function guessHeader(records: readonly RecordOfText[], name: string, legacy = false): Header {
  const fields = records[0]?.fields.map((field) => field.trim()) ?? [];
  const [first = '', ...rest] = fields;
  const named = (reason: string) => ({ named: true, reason });
  if (rest.length === 0) return isText(first) ? named('one name') : { named: false, reason: 'a number' };
  // A label may be a text too, so the first field tells nothing; one damaged number among many is no name either.
  if (2 * rest.filter(isText).length > rest.length) return named('most fields of the first line are texts');
  const numbers = fields.filter((field) => field !== '' && !isText(field)).map(Number);
  const texts = fields.filter(isText);
  // A data frame may name its columns 0, 1, 2, … beside one with a name.
  const start = numbers[0] ?? 2;
  const counted = numbers.length > 2 && start < 2 && numbers.every((value, index) => value === start + index);
  if (texts.length > 0 && counted) return named('the columns are counted');
  if (!legacy) {
    const below = (column: number) => new Set(records.slice(1).map((record) => record.fields[column]?.trim()));
    const role = fields.findIndex((field, column) => isUsualName(field) && !below(column).has(field));
    if (role >= 0) return named(`'${fields[role]}' is the name of a column`);
    const tail = texts.length > 0 && isText(first) ? numbers : numbers.slice(1);
    const known = isText(first) && below(0).has(first);
    const next = records[1]?.fields.slice(fields.length - tail.length).map(Number) ?? [];
    if (!known && isEven(tail) && !isEven(next))
      throw refuseBoth(
        name,
        'its first line is numbers evenly apart, which could be the names of the columns or a series',
        [
          { flags: '--header yes', says: 'names of the columns' },
          { flags: '--header no', says: 'a series, its label first' },
        ],
      );
  }
  return { named: false, reason: 'the first line is a label and numbers' };
}

/** Three numbers or more that rise by equal steps, but for how they are written. */
function isEven(numbers: readonly number[]): boolean {
  const step = numbers[1]! - numbers[0]!;
  const even = (value: number, index: number) =>
    Math.abs(value - numbers[0]! - index * step) <= 1e-9 * Math.max(1, Math.abs(value));
  return numbers.length > 2 && step > 0 && numbers.every(even);
}
