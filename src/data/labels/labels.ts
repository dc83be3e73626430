/** Labels from their column: texts as they are written, whole numbers of binary formats as `1`. */
import { InputError } from '../../errors.js';
import { type Cell, type Columns, textAt, textOf } from '../columns/columns.js';
import type { LabelKind, SequenceTable } from '../dataset.js';
import type { Reading } from '../reading.js';
import { labelNotes } from './label-notes.js';

export interface RowLabels {
  /** Of the table, those that are kept. */
  readonly rows: readonly number[];
  readonly labels: Pick<SequenceTable, 'labels' | 'labelsAre'>;
  readonly notes: readonly string[];
}

type LabelReading = Pick<Reading, 'missingLabels' | 'legacy' | 'answersIgnored'>;

/** Null where the label is missing: an empty cell, a mark that was given, or one that the format defines. */
export function labelAt(
  columns: Columns,
  column: number,
  row: number,
  { missingLabels, legacy }: LabelReading,
): string | null {
  if (legacy) return textAt(columns, column, row);
  const cell = columns.cell(column, row);
  if (cell === null || Array.isArray(cell) || (typeof cell === 'number' && Number.isNaN(cell))) return null;
  const text = textOf(cell);
  const marked = text === '' || text === columns.missingLabel || missingLabels?.includes(text);
  return marked ? null : text;
}

/**
 * One label a row. Rows without one are left out where marks for missing labels were given, and told.
 * @throws InputError naming the first row that lacks one among others, where none were.
 */
export function labelsOf(columns: Columns, column: number | null, reading: LabelReading): RowLabels {
  const all = Array.from({ length: columns.rows }, (_, row) => row);
  if (column === null || reading.answersIgnored) return { rows: all, labels: { labels: null }, notes: [] };
  const labels = all.map((row) => labelAt(columns, column, row, reading));
  if (labels.every((label) => label === null)) return { rows: all, labels: { labels: null }, notes: [] };
  const missing = labels.indexOf(null);
  if (missing >= 0 && !reading.missingLabels)
    throw new InputError(
      `${columns.name}: ${columns.place(missing)} has no label in column '${columns.names[column]}', and other ` +
        'rows have one; fill it in, or remove the row.',
    );
  const rows = all.filter((row) => labels[row] !== null);
  const kept = rows.map((row) => labels[row]!);
  const labelsAre = labelKind(columns, column, rows);
  const left = all.length - rows.length;
  return {
    rows,
    labels: { labels: kept, ...(reading.legacy ? {} : { labelsAre }) },
    notes: [
      ...(left === 0 ? [] : [`${left} row${left === 1 ? '' : 's'} without a label left out (--missing-labels)`]),
      ...(reading.legacy || labelsAre !== 'texts' ? [] : labelNotes(kept, writtenLabels(columns, column, rows))),
    ],
  };
}

/** What of a column's labels are the same. */
export function labelKind(columns: Columns, column: number, rows: readonly number[]): LabelKind {
  const isNumber = (cell: Cell) => typeof cell === 'number' || typeof cell === 'bigint' || cell === null;
  if (!rows.every((row) => isNumber(columns.cell(column, row)))) return 'texts';
  const whole = (cell: Cell) => typeof cell !== 'number' || Number.isInteger(cell);
  return rows.every((row) => whole(columns.cell(column, row))) ? 'integers' : 'numbers';
}

/** With the blanks around them. */
export function writtenLabels(columns: Columns, column: number, rows: readonly number[]): string[] {
  return rows.map((row) => String(columns.cell(column, row)));
}
