/** From named columns to sequences: wide or long, as said or as the columns look. */
import type { SequenceTable } from '../dataset.js';
import type { Reading } from '../reading.js';
import type { Columns } from './columns.js';
import { layoutOf } from './layout.js';
import { longTable } from './long.js';
import { rolesOf } from './roles.js';
import { wideTable } from './wide.js';

/** @throws InputError as `rolesOf`, `longTable` and `wideTable`. */
export function tableOfColumns(columns: Columns, reading: Reading): SequenceTable {
  const roles = rolesOf(columns, reading);
  const { layout, reason } = layoutOf(columns, roles, reading);
  const table = layout === 'long' ? longTable(columns, roles, reading) : wideTable(columns, roles, reading);
  return table.report ? { ...table, report: { ...table.report, layoutReason: reason } } : table;
}
