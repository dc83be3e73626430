/** Labels, groups and targets from their columns. */
import { InputError } from '../../errors.js';
import { type Columns, numberAt, textAt } from './columns.js';

/** Texts of a column, all there or none at all. @throws InputError naming the first that is missing among others. */
export function textsOf(columns: Columns, column: number, what: string, rows: readonly number[]): string[] | null {
  const texts = rows.map((row) => textAt(columns, column, row));
  if (texts.every((text) => text === null)) return null;
  const missing = texts.indexOf(null);
  if (missing >= 0)
    throw new InputError(
      `${columns.name}: ${columns.place(rows[missing]!)} has no ${what} in column '${columns.names[column]}', and other ` +
        'rows have one; fill it in, or remove the row.',
    );
  return texts.filter((text) => text !== null);
}

/** [rows, columns given]. @throws InputError for what is no number, or missing. */
export function targetsOf(columns: Columns, targets: readonly number[], rows: readonly number[]): Float32Array {
  const values = new Float32Array(rows.length * targets.length);
  rows.forEach((row, index) => {
    targets.forEach((column, entry) => {
      const value = numberAt(columns, column, row);
      if (!Number.isFinite(Math.fround(value)))
        throw new InputError(
          `${columns.name}: ${columns.place(row)} has target '${columns.names[column]}' ${value}; expected a finite number.`,
        );
      values[index * targets.length + entry] = value;
    });
  });
  return values;
}
