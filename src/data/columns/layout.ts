/** Whether a row of a table is a series or a step of one. */
import type { Reading } from '../reading.js';
import { refuseBoth } from '../refuse-both.js';
import { compareTimes, readTimes, timesSince } from '../times/read-times.js';
import { type Columns, textAt } from './columns.js';
import type { Roles } from './roles.js';
import { looksStepped } from './step-names.js';

export interface LayoutGuess {
  readonly layout: 'wide' | 'long';
  readonly reason: string;
}

/** @throws InputError where both fit, with both commands. */
export function layoutOf(columns: Columns, roles: Roles, reading: Reading): LayoutGuess {
  const { layout = 'auto', legacy = false, expected } = reading;
  const { id, time, rest, channels, given } = roles;
  if (layout === 'long' || layout === 'wide') return { layout, reason: 'given (--layout)' };
  const wide = (reason: string): LayoutGuess => ({ layout: 'wide', reason });
  const long = (reason: string): LayoutGuess => ({ layout: 'long', reason });
  const again = id !== null && occursAgain(columns, id);
  if (legacy) return time !== null || again ? long('times or ids') : wide('no times, no ids again');
  if (holdsLists(columns, rest)) return wide('a cell holds a whole series');
  if (time === null && !again) return wide(id === null ? 'no times and no ids' : 'no times, and every id occurs once');
  const why = time === null ? `ids occur again in '${columns.names[id!]}'` : `times in '${columns.names[time]}'`;
  const stepped = channels === null ? looksStepped(columns, rest) : false;
  if (!stepped || (given.has('time') && time !== null)) return long(why);
  if (id !== null && time !== null && ticksAlike(columns, id, time, reading))
    return long(`${why}, evenly apart in each series`);
  if (expected?.layout === 'wide' || expected?.layout === 'long')
    return { layout: expected.layout, reason: 'as in the training data' };
  const numbered = `${columns.names[rest[0]!]} … ${columns.names[rest.at(-1)!]}`;
  throw refuseBoth(
    columns.name,
    `has ${why}, as a table of a row a step, and numbered columns (${numbered}), as one of a row a series`,
    [
      { flags: '--layout wide', says: `${columns.rows} series, their steps in the columns` },
      { flags: '--layout long', says: `a step a row, ${rest.length} channels` },
    ],
  );
}

function occursAgain(columns: Columns, id: number): boolean {
  const seen = new Set<string | null>();
  for (let row = 0; row < columns.rows; row++) {
    const text = textAt(columns, id, row);
    if (seen.has(text)) return true;
    seen.add(text);
  }
  return false;
}

function holdsLists(columns: Columns, rest: readonly number[]): boolean {
  const rows = Array.from({ length: Math.min(columns.rows, 100) }, (_, row) => row);
  return rest.some((column) => rows.some((row) => Array.isArray(columns.cell(column, row))));
}

/** Three rows or more of each id, at times evenly apart: no dates of recordings are. */
function ticksAlike(columns: Columns, id: number, time: number, reading: Reading): boolean {
  const times = readTimes(columns, time, reading.timeFormat ?? reading.expected?.timeFormat ?? undefined);
  const byId = new Map<string | null, number[]>();
  for (let row = 0; row < columns.rows; row++) {
    const key = textAt(columns, id, row);
    byId.set(key, [...(byId.get(key) ?? []), row]);
  }
  return [...byId.values()].every((rows) => {
    const since = timesSince(
      times,
      rows.toSorted((first, second) => compareTimes(times, first, second)),
    );
    const step = since[1] ?? 0;
    return rows.length >= 3 && step > 0 && since.every((own, index) => Math.abs(own - index * step) <= 1e-6 * own);
  });
}
