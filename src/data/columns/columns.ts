/** A table of named columns, as text files and parquet files hold it, before it is known what the columns mean. */
import { InputError } from '../../errors.js';
import { closest } from '../../spec.js';
import { isMissing, type NumberStyle, parseNumber } from '../number.js';
import { quoted } from '../table.js';
import { isoText } from '../times/instant.js';

/** A point in time that the file itself tells from other numbers. */
export interface Instant {
  readonly nanoseconds: bigint;
}

/** A list is a whole series in one cell; whole numbers of 64 bits keep all their digits. */
export type Cell = string | number | bigint | null | Instant | readonly unknown[];

/** An error about a row. */
export type Place = (row: number, why: string) => InputError;

export interface Columns {
  /** The file's. */
  readonly name: string;
  readonly names: readonly string[];
  readonly rows: number;
  readonly cell: (column: number, row: number) => Cell;
  /** Where a row is, for messages: `line 7`. */
  readonly place: (row: number) => string;
  /** How numbers are written; with a point unless given. */
  readonly numbers?: NumberStyle;
  /** [columns], where a line of the file says so. */
  readonly units?: readonly (string | null)[];
  /** What stands for a missing label, where the format says so. */
  readonly missingLabel?: string;
  /** The column that holds the label, where the format says so. */
  readonly label?: number | undefined;
}

export function isInstant(cell: unknown): cell is Instant {
  return typeof cell === 'object' && cell !== null && 'nanoseconds' in cell;
}

/** NaN where the value is missing. @throws InputError naming place and column for what is no number. */
export function numberAt(columns: Columns, column: number, row: number): number {
  const value = numeric(columns.cell(column, row), columns.numbers);
  if (value !== undefined) return value;
  throw new InputError(
    `${columns.name}: ${columns.place(row)}, column ${quoted(columns.names[column]!)} is ` +
      `${quoted(textOf(columns.cell(column, row)))}; expected a number. If the column holds something else, say what ` +
      '(--label-column, --id-column, --time-column, --group-column) or list those to read (--channel-columns).',
  );
}

/** NaN for a missing one, undefined for what is no number. */
export function numeric(cell: unknown, style?: NumberStyle): number | undefined {
  if (typeof cell === 'number') return cell;
  if (cell === null || cell === undefined) return Number.NaN;
  if (typeof cell === 'bigint' || typeof cell === 'boolean') return Number(cell);
  return typeof cell === 'string' ? parseNumber(cell, style) : undefined;
}

/** Null where the value is missing. */
export function textAt(columns: Columns, column: number, row: number): string | null {
  const cell = columns.cell(column, row);
  if (cell === null || Array.isArray(cell)) return null;
  const text = textOf(cell);
  return isMissing(text) ? null : text;
}

export function textOf(cell: Cell): string {
  return isInstant(cell) ? isoText(cell.nanoseconds) : String(cell).trim();
}

/** @throws InputError if no column has this name, saying which there are. */
export function columnNamed(columns: Columns, name: string, what: string): number {
  const index = columns.names.indexOf(name);
  if (index >= 0) return index;
  const near = closest(name, columns.names);
  throw new InputError(
    `${columns.name}: missing ${what} column ${quoted(name)}: has ${listNames(columns.names)}` +
      `${near === undefined ? '' : `; did you mean ${quoted(near)}?`}`,
  );
}

export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 12).map(quoted).join(', ');
  return names.length > 12 ? `${shown}, … (${names.length} columns)` : shown || 'none';
}
