/** Times as builds read them before runs kept a schema: for the runs of those builds. */
import { type Columns, isInstant, numberAt } from '../columns/columns.js';
import type { ColumnTimes } from './read-times.js';

export function legacyTimes(columns: Columns, column: number): ColumnTimes {
  const at = Float64Array.from({ length: columns.rows }, (_, row) => {
    const cell = columns.cell(column, row);
    if (isInstant(cell)) return Number(cell.nanoseconds / 1_000_000n);
    const date = typeof cell === 'string' && !/^[^-/:T]*$/.test(cell.slice(1)) ? dateOf(cell) : null;
    return date ?? numberAt(columns, column, row);
  });
  return { at, perUnit: 1, unit: null, resolution: 0, format: 'number', withinDay: false };
}

/** Null for what is no date: `1e-3` is none. */
function dateOf(text: string): number | null {
  return /^\d{4}-\d{2}-\d{2}|^\d{1,2}[/:]\d{1,2}/.test(text.trim()) ? Date.parse(text) : null;
}
