/** A column of times, exactly: whole ticks that can be compared and subtracted without loss. */
import { InputError } from '../../errors.js';
import { type Columns, isInstant, numberAt, type Place } from '../columns/columns.js';
import { quoted } from '../table.js';
import { type Decimal, decimalOf } from './decimal.js';
import { possiblePatterns } from './guess-pattern.js';
import { isoText, NANOSECONDS } from './instant.js';
import { isoTime, type ReadTime } from './iso.js';
import { patternReader } from './pattern.js';

export interface ColumnTimes {
  /** [rows], whole ticks; or floating numbers, where the file holds such. */
  readonly at: readonly bigint[] | Float64Array;
  /** Ticks a unit; 1 for floating numbers. */
  readonly perUnit: number;
  /** `s` for dates; null where nobody said. */
  readonly unit: string | null;
  /** What the last digit written stands for, in the unit; 0 where times are exact. */
  readonly resolution: number;
  /** How they were read: a value of `--time-format`. */
  readonly format: string;
  /** Times of day: they do not tell the days apart. */
  readonly withinDay: boolean;
}

const epochUnits = { 'epoch-s': 's', 'epoch-ms': 'ms', 'epoch-us': 'us', 'epoch-ns': 'ns' } as const;
export const timeFormats = ['iso', 'number', ...Object.keys(epochUnits)];

/**
 * @param format how they are written; guessed unless given.
 * @throws InputError for a cell that is no time, or a column of dates that could be read two ways, with both.
 */
export function readTimes(columns: Columns, column: number, format?: string): ColumnTimes {
  if (columns.rows === 0) return { ...numbers([]), format: 'number' };
  const cells = Array.from({ length: columns.rows }, (_, row) => columns.cell(column, row));
  if (cells.length > 0 && cells.every(isInstant))
    return { ...dates(cells.map((cell) => ({ nanoseconds: cell.nanoseconds, resolution: 0 }))), format: 'iso' };
  if (cells.length > 0 && cells.every((cell) => typeof cell === 'bigint'))
    return { ...numbers(cells.map((scaled) => ({ scaled, digits: 0 }))), ...unitOf(format, cells), format: 'number' };
  const texts = cells.map((cell, row) => (typeof cell === 'string' ? cell.trim() : plain(columns, column, row)));
  const empty = texts.indexOf('');
  if (empty >= 0) throw refusal(columns, column, empty, 'is empty; expected a number or a date');
  const place: Place = (row, why) => refusal(columns, column, row, why);
  if (format === undefined) return guessed(columns, column, texts, place);
  if (format === 'iso') return { ...dates(texts.map(each(isoTime, format, place))), format };
  if (format !== 'number' && !Object.hasOwn(epochUnits, format))
    return {
      ...dates(texts.map(each(patternReader(format), format, place))),
      ...{ format, withinDay: !/[yMd]/.test(format) },
    };
  const read = decimals(columns, column, texts);
  return { ...read, ...unitOf(format, whole(read)), format };
}

function guessed(columns: Columns, column: number, texts: readonly string[], place: Place): ColumnTimes {
  if (texts.every((text) => decimalOf(comma(columns, text)) !== null)) {
    if (texts.every((text) => /^(19|20)\d{6}$/.test(text) && patternReader('yyyyMMdd')(text) !== null))
      throw place(
        0,
        'could be the date of a day (--time-format yyyyMMdd) or a number (--time-format number); say which',
      );
    const read = decimals(columns, column, texts);
    return { ...read, ...unitOf(undefined, whole(read)), format: 'number' };
  }
  const iso = texts.map((text) => isoTime(text));
  if (iso.every((time) => time !== null)) return { ...dates(iso), format: 'iso' };
  const patterns = possiblePatterns(texts);
  const [pattern] = patterns;
  if (pattern === undefined) {
    const kinds = texts.map((text, row) => kindOf(comma(columns, text), iso[row] !== null));
    if (kinds.every((kind) => kind === 'number')) return { ...decimals(columns, column, texts), format: 'number' };
    const numeric = oddOneOut(kinds);
    throw place(
      numeric,
      `is ${quoted(texts[numeric]!)}; expected a number, or a date as all others of the column: say its form (--time-format ` +
        'dd/MM/yyyy HH:mm:ss, iso, number, epoch-ms …), or name another column (--time-column)',
    );
  }
  const readings = patterns.map((own) => texts.map((text) => patternReader(own)(text)!.nanoseconds));
  const differs = texts.findIndex((_, row) => readings.some((own) => own[row] !== readings[0]![row]));
  if (differs >= 0) {
    const shown = patterns.map(
      (own, index) => `${shownTime(own, readings[index]![differs]!)} (--time-format '${own}')`,
    );
    throw place(differs, `is ${quoted(texts[differs]!)}, which could be ${shown.join(' or ')}; say which`);
  }
  return {
    ...dates(texts.map((text) => patternReader(pattern)(text)!)),
    ...{ format: pattern, withinDay: !/[yMd]/.test(pattern) },
  };
}

function shownTime(pattern: string, nanoseconds: bigint): string {
  return /[yMd]/.test(pattern) ? isoText(nanoseconds) : `${Number(nanoseconds) / 1e9} s of a day`;
}

type Kind = 'number' | 'iso' | 'other';

function kindOf(text: string, iso: boolean): Kind {
  if (iso) return 'iso';
  return decimalOf(text) !== null || isExponent(text) ? 'number' : 'other';
}

/** The first of another kind than most. */
function oddOneOut(kinds: readonly Kind[]): number {
  const count = (kind: Kind) => kinds.filter((own) => own === kind).length;
  const usual = (['number', 'iso'] as const).reduce((most, kind) => (count(kind) > count(most) ? kind : most));
  return Math.max(
    0,
    kinds.findIndex((kind) => kind !== usual),
  );
}

const isExponent = (text: string) => /^[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+$/.test(text);

/** A number with the decimal sign of the file made a point. */
function comma({ numbers: style }: Columns, text: string): string {
  return style?.decimal === ',' ? text.replace(',', '.') : text;
}

function plain(columns: Columns, column: number, row: number): string {
  const cell = columns.cell(column, row);
  if (isInstant(cell)) return isoText(cell.nanoseconds);
  return cell === null || Array.isArray(cell) ? '' : String(cell);
}

function each(read: (text: string) => ReadTime | null, format: string, place: Place) {
  return (text: string, row: number): ReadTime => {
    const time = read(text);
    if (time === null) throw place(row, `is ${quoted(text)}; expected a time as ${format} says (--time-format)`);
    return time;
  };
}

function dates(times: readonly ReadTime[]) {
  return {
    at: times.map(({ nanoseconds }) => nanoseconds),
    ...{ perUnit: Number(NANOSECONDS), unit: 's', withinDay: false },
    resolution: times.reduce((finest, { resolution }) => Math.min(finest, resolution), times[0]?.resolution ?? 0),
  };
}

/** Exact where all are plain decimals; else as floating numbers. */
function decimals(columns: Columns, column: number, texts: readonly string[]) {
  const exact = texts.map((text) => decimalOf(comma(columns, text)));
  if (exact.every((own) => own !== null)) return numbers(exact);
  const at = Float64Array.from(texts, (_, row) => {
    const value = numberAt(columns, column, row);
    if (!Number.isFinite(value)) throw refusal(columns, column, row, `is ${value}; expected a finite number or a date`);
    return value;
  });
  return { at, perUnit: 1, unit: null, resolution: 0, withinDay: false };
}

/** Whole numbers, as an epoch's are; none where they are not. */
function whole({ at, perUnit }: Pick<ColumnTimes, 'at' | 'perUnit'>): readonly bigint[] {
  return perUnit === 1 && !(at instanceof Float64Array) ? at : [];
}

function numbers(own: readonly Decimal[]) {
  const digits = own.reduce((most, { digits }) => Math.max(most, digits), 0);
  const at = own.map(({ scaled, digits: few }) => scaled * 10n ** BigInt(digits - few));
  return { at, perUnit: 10 ** digits, unit: null, resolution: 10 ** -digits, withinDay: false };
}

/** The unit of epoch numbers, as said or by how large they are: those of the years 2001 to 2033. */
function unitOf(format: string | undefined, whole: readonly bigint[]): { readonly unit: string | null } {
  if (format !== undefined && Object.hasOwn(epochUnits, format))
    return { unit: epochUnits[format as keyof typeof epochUnits] };
  if (format !== undefined || whole.length === 0) return { unit: null };
  const power = ([, unit]: [string, string]) => ({ s: 0n, ms: 3n, us: 6n, ns: 9n })[unit]!;
  const found = Object.entries(epochUnits).find((entry) => {
    const second = 10n ** power(entry);
    return whole.every((tick) => tick >= 1_000_000_000n * second && tick < 2_000_000_000n * second);
  });
  return { unit: found?.[1] ?? null };
}

function refusal(columns: Columns, column: number, row: number, why: string): InputError {
  return new InputError(
    `${columns.name}: ${columns.place(row)}, time column ${quoted(columns.names[column]!)} ${why}.`,
  );
}

/** `times` of some rows since the first of them. */
export function timesSince({ at, perUnit }: ColumnTimes, rows: readonly number[]): number[] {
  const [first] = rows;
  if (at instanceof Float64Array) return rows.map((row) => at[row]! - at[first!]!);
  return rows.map((row) => Number(at[row]! - at[first!]!) / perUnit);
}

/** Below 0 if the first of two rows is earlier, 0 if they are at once. */
export function compareTimes({ at }: ColumnTimes, first: number, second: number): number {
  if (at instanceof Float64Array) return at[first]! - at[second]!;
  return at[first]! < at[second]! ? -1 : at[first]! > at[second]! ? 1 : 0;
}
