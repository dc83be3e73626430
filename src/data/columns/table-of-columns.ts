/** From named columns to sequences: wide or long, as said or as the columns look. */
import type { SequenceTable } from '../dataset.js';
import type { Reading } from '../reading.js';
import { type Columns, textAt } from './columns.js';
import { longTable } from './long.js';
import { type Roles, rolesOf } from './roles.js';
import { wideTable } from './wide.js';

/** @throws InputError as `rolesOf`, `longTable` and `wideTable`. */
export function tableOfColumns(columns: Columns, reading: Reading): SequenceTable {
  const roles = rolesOf(columns, reading);
  const { layout = 'auto' } = reading;
  const long = layout === 'long' || (layout === 'auto' && looksLong(columns, roles));
  return long ? longTable(columns, roles, reading) : wideTable(columns, roles);
}

/** A column of times, or ids that occur again. */
function looksLong(columns: Columns, { id, time }: Roles): boolean {
  if (time !== null) return true;
  if (id === null) return false;
  const seen = new Set<string | null>();
  for (let row = 0; row < columns.rows; row++) {
    const text = textAt(columns, id, row);
    if (seen.has(text)) return true;
    seen.add(text);
  }
  return false;
}
