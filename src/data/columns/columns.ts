/** A table of named columns, as text files and parquet files hold it, before it is known what the columns mean. */
import { InputError } from '../../errors.js';
import { closest } from '../../spec.js';
import { isMissing, parseNumber } from '../number.js';
import { quoted } from '../table.js';

/** A list is a whole series in one cell. */
export type Cell = string | number | null | readonly unknown[];

export interface Columns {
  /** The file's. */
  readonly name: string;
  readonly names: readonly string[];
  readonly rows: number;
  readonly cell: (column: number, row: number) => Cell;
  /** Where a row is, for messages: `line 7`. */
  readonly place: (row: number) => string;
  /** Numbers are written 1,5. */
  readonly decimalComma?: boolean;
  /** The column that holds the label, where the format says so. */
  readonly label?: number | undefined;
}

/** NaN where the value is missing. @throws InputError naming place and column for what is no number. */
export function numberAt(columns: Columns, column: number, row: number): number {
  const value = numeric(columns.cell(column, row), columns.decimalComma);
  if (value !== undefined) return value;
  throw new InputError(
    `${columns.name}: ${columns.place(row)}, column ${quoted(columns.names[column]!)} is ` +
      `${quoted(String(columns.cell(column, row)))}; expected a number. If the column holds something else, say what ` +
      '(--label-column, --id-column, --time-column, --group-column) or list those to read (--channel-columns).',
  );
}

/** NaN for a missing one, undefined for what is no number. */
export function numeric(cell: unknown, decimalComma = false): number | undefined {
  if (typeof cell === 'number') return cell;
  if (cell === null || cell === undefined) return Number.NaN;
  if (typeof cell === 'bigint' || typeof cell === 'boolean') return Number(cell);
  if (typeof cell !== 'string') return undefined;
  const value = parseNumber(cell);
  if (value !== undefined || !decimalComma) return value;
  return /^[^,.]*,[^,.]*$/.test(cell) ? parseNumber(cell.replace(',', '.')) : undefined;
}

/** Null where the value is missing. */
export function textAt(columns: Columns, column: number, row: number): string | null {
  const cell = columns.cell(column, row);
  if (cell === null || Array.isArray(cell)) return null;
  const text = String(cell).trim();
  return isMissing(text) ? null : text;
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
