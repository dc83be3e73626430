/** What the columns of a table mean: as given, as the run that scores them knows them, else guessed by their names. */
import { InputError } from '../../errors.js';
import type { Reading } from '../reading.js';
import type { ColumnReport } from '../reading-report.js';
import { type Columns, columnNamed, listNames } from './columns.js';
import { hasUsualName, type Role } from './usual-names.js';

export interface Roles {
  readonly label: number | null;
  readonly id: number | null;
  readonly time: number | null;
  readonly group: number | null;
  readonly targets: readonly number[];
  /** Names given for the channels; null where all that is left are channels. */
  readonly channels: readonly string[] | null;
  /** Columns without another role. */
  readonly rest: readonly number[];
  /** Roles that were said, not guessed. */
  readonly given: ReadonlySet<Role>;
  /** Of the columns that have a role or are not read. */
  readonly reports: ReadonlyMap<number, ColumnReport>;
}

/** The numbers that a spreadsheet or data frame puts before each line. */
const isLineNumber = (name: string) => name === '' || /^unnamed: 0$/i.test(name);

const flags: Readonly<Record<Role, string>> = {
  label: '--label-column',
  id: '--id-column',
  time: '--time-column',
  group: '--group-column',
};

/** @throws InputError for a name that no column has, or one that is given two roles. */
export function rolesOf(columns: Columns, reading: Reading): Roles {
  const { names } = columns;
  const { expected } = reading;
  const reports = new Map<number, ColumnReport>();
  const given = new Set<Role>();
  const take = (index: number, role: ColumnReport['role'], flag: string, reason: string): number => {
    const other = reports.get(index);
    if (other !== undefined)
      throw new InputError(
        `${columns.name}: column '${names[index]}' is given as ${other.role} and as ${role}; give it as one of the two.`,
      );
    reports.set(index, { name: names[index]!, role, reason, flag, unit: columns.units?.[index] ?? null });
    return index;
  };
  // Data to be scored need not hold the answers.
  const absent = (name: string) => reading.answersOptional === true && !names.includes(name);
  const said = (name: string | undefined, role: Role, answer: boolean): number | null => {
    if (name === undefined || (answer && absent(name))) return null;
    given.add(role);
    return take(columnNamed(columns, name, role), role, flags[role], `given (${flags[role]})`);
  };

  const channels = reading.channelColumns ?? null;
  for (const name of channels ?? [])
    if (names.includes(name)) take(names.indexOf(name), 'channel', '--channel-columns', 'given (--channel-columns)');
  for (const name of reading.ignoreColumns ?? [])
    take(columnNamed(columns, name, 'ignored'), 'ignored', '--ignore-columns', 'given (--ignore-columns)');
  const label = said(reading.labelColumn, 'label', true);
  const id = said(reading.idColumn, 'id', false);
  const time = said(reading.timeColumn, 'time', false);
  const group = said(reading.groupColumn, 'group', true);
  const targets = (reading.targetColumns ?? [])
    .filter((name) => !absent(name))
    .map((name) =>
      take(columnNamed(columns, name, 'target'), 'target', '--target-columns', 'given (--target-columns)'),
    );

  const isChannel = (name: string) => expected?.channels?.includes(name) ?? false;
  const guess = (role: Role): number | null => {
    const known = expected?.[role];
    const same = known ? names.findIndex((name, own) => !reports.has(own) && name === known) : -1;
    if (same >= 0) return take(same, role, flags[role], 'as in the training data');
    const index = names.findIndex((name, own) => !reports.has(own) && !isChannel(name) && hasUsualName(name, role));
    return index < 0 ? null : take(index, role, flags[role], 'its name');
  };
  const declared = (): number | null =>
    columns.label === undefined || reports.has(columns.label)
      ? null
      : take(columns.label, 'label', flags.label, 'the format says so');
  const known = {
    label: label ?? (reading.labelColumn === undefined ? (declared() ?? guess('label')) : null),
    id: id ?? guess('id'),
    time: time ?? guess('time'),
    group: group ?? (reading.groupColumn === undefined ? guess('group') : null),
  };
  for (const [index, name] of names.entries())
    if (!reports.has(index) && isLineNumber(name.trim()))
      take(index, 'ignored', '--channel-columns', 'without a name, as the numbers of lines');
  const rest = [...names.keys()].filter((index) => !reports.has(index));
  if (rest.length === 0 && !channels)
    throw new InputError(`${columns.name}: no column is left for the values: has ${listNames(names)}.`);
  return { ...known, targets, channels, rest, given, reports };
}

/** In the order of the file: what `roles` says, and what became of the rest. */
export function columnReports(
  { names, units }: Columns,
  { reports }: Pick<Roles, 'reports'>,
  channels: ReadonlyMap<number, { readonly channel: number; readonly step: number | null }>,
): ColumnReport[] {
  return names.map((name, index) => {
    const own = reports.get(index);
    const channel = channels.get(index);
    if (channel === undefined && own?.role !== 'channel' && own !== undefined) return own;
    const said = own?.reason ?? (channel === undefined ? 'not among the channels read' : 'no other role');
    return {
      ...{ name, role: channel === undefined ? ('ignored' as const) : ('channel' as const), reason: said },
      ...{ flag: '--channel-columns', unit: units?.[index] ?? null, ...channel },
    };
  });
}
