/** Whether a column that is called a time can be one. */
import { InputError } from '../../errors.js';
import type { Reading } from '../reading.js';
import { refuseBoth } from '../refuse-both.js';
import { type ColumnTimes, compareTimes, timesSince } from '../times/read-times.js';
import type { Columns } from './columns.js';
import type { Roles } from './roles.js';

/** Names that may as well be a temperature's, or a channel's own. */
const isWeak = (name: string) => /^(t|step)$/i.test(name.trim());

/**
 * @param series rows of each, in the order of the file.
 * @returns what to tell of it.
 * @throws InputError for a column `t` that neither rises from line to line nor is a shuffled even grid, with both commands;
 * and for times of day that fall back.
 */
export function checkTimeColumn(
  columns: Columns,
  roles: Roles,
  times: ColumnTimes,
  series: readonly number[][],
  { timeFormat }: Reading,
): string[] {
  const { time, given, rest } = roles;
  const name = columns.names[time!]!;
  const falls = series.flatMap((rows) => {
    const at = rows.findIndex((row, index) => index > 0 && compareTimes(times, row, rows[index - 1]!) <= 0);
    return at < 0 ? [] : [{ row: rows[at]!, before: rows[at - 1]! }];
  });
  const [first] = falls;
  if (first === undefined) return [];
  const places = `${columns.place(first.before)} to ${columns.place(first.row)}`;
  if (times.withinDay && timeFormat === undefined)
    throw new InputError(
      `${columns.name}: times of day in column '${name}' do not rise from ${places}: past midnight, or lines out of order? Give ` +
        `dates with them; if all are of one day, say so (--time-format ${times.format}), and they are put in order.`,
    );
  const grid = () => series.every((rows) => isGrid(times, rows));
  if (!given.has('time') && isWeak(name) && !grid()) {
    const channels = [...columns.names.keys()].filter((column) => column === time || rest.includes(column));
    throw refuseBoth(columns.name, `column '${name}' may be a time or a channel: it does not rise from ${places}`, [
      { flags: `--time-column ${name}`, says: 'steps are put in the order of its values' },
      {
        flags: `--channel-columns ${channels.map((column) => columns.names[column]).join(',')}`,
        says: 'a channel; steps in the order of the lines',
      },
    ]);
  }
  const count = `${falls.length} of ${series.length} series`;
  return [`lines of ${count} are not in the order of '${name}' (${places}): they were put in order`];
}

/** Times evenly apart, however the lines are ordered. */
function isGrid(times: ColumnTimes, rows: readonly number[]): boolean {
  const since = timesSince(
    times,
    rows.toSorted((first, second) => compareTimes(times, first, second)),
  );
  const step = since[1] ?? 0;
  return (
    rows.length < 2 ||
    (step > 0 && since.every((own, index) => Math.abs(own - index * step) <= 1e-6 * step * Math.max(1, index)))
  );
}
