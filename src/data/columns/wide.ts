/** A row a series: one column a step, or a list a channel. */
import { InputError } from '../../errors.js';
import { assembleSeries } from '../assemble.js';
import type { SequenceTable } from '../dataset.js';
import { labelsOf } from '../labels/labels.js';
import type { Reading } from '../reading.js';
import { targetsOf, textsOf } from './answers.js';
import { type Columns, listNames, numberAt, numeric, textOf } from './columns.js';
import { expectedChannels } from './expected.js';
import { columnReports, type Roles } from './roles.js';
import { type SteppedChannel, steppedChannels } from './step-names.js';

/** @throws InputError for columns that do not make whole channels, or a cell that is no number. */
export function wideTable(columns: Columns, roles: Roles, reading: Reading = {}): SequenceTable {
  const { name, units } = columns;
  const { id, group, targets } = roles;
  const { rows: all, labels, notes } = labelsOf(columns, roles.label, reading);
  const lists = listChannels(columns, roles);
  const found = lists ?? channelsOf(columns, roles, reading);
  const { channels, notes: told } = reading.expected
    ? expectedChannels(columns, found, reading.expected, (own) => own.name)
    : { channels: found, notes: [] };
  const series = lists === null ? steppedSeries(columns, channels, all) : listSeries(columns, channels, all);
  const places = new Map(
    channels.flatMap(({ columns: own, positions }, channel) =>
      own.map(
        (column, step) => [column, { channel, step: lists === null || positions !== null ? step : null }] as const,
      ),
    ),
  );
  return {
    ...assembleSeries(name, channels.length, series),
    ...labels,
    groups: group === null ? null : textsOf(columns, group, 'group', all),
    targets:
      targets.length === 0
        ? null
        : { values: targetsOf(columns, targets, all), width: targets.length, per: 'row' as const },
    // Columns without numbers, or numbers alone, do not name a channel.
    ...(channels.some((own) => own.name === '') ? {} : { channelNames: channels.map((own) => own.name) }),
    ...(units && { units: channels.map((own) => unitOf(own.columns.map((column) => units[column] ?? null))) }),
    ...(id !== null && { ids: all.map((row) => textOf(columns.cell(id, row))) }),
    places: all.map(columns.place),
    report: {
      layout: 'wide',
      header: null,
      columns: columnReports(columns, roles, places),
      notes: [...notes, ...told],
    },
  };
}

/** A channel's, if all its columns agree. */
function unitOf(units: readonly (string | null)[]): string | null {
  return units.every((unit) => unit === units[0]) ? (units[0] ?? null) : null;
}

/** A column a step: for each row channel by channel, in order of the numbers that end their names. */
function steppedSeries(columns: Columns, channels: readonly SteppedChannel[], rows: readonly number[]) {
  const steps = channels[0]!.columns.length;
  return rows.map((row) => {
    const series = new Float64Array(steps * channels.length);
    channels.forEach((own, channel) => {
      own.columns.forEach((column, step) => {
        series[step * channels.length + channel] = numberAt(columns, column, row);
      });
    });
    return series;
  });
}

function channelsOf(columns: Columns, { rest, channels }: Roles, reading: Reading): SteppedChannel[] {
  const { legacy = false, expected } = reading;
  if (channels === null) {
    const lenient = Boolean(expected?.channels);
    const stepped = steppedChannels(columns, rest, { lenient, legacy });
    return stepped ?? [{ name: '', columns: namedSteps(columns, rest, expected), positions: null }];
  }
  // Each a channel's prefix, or all of them the steps of one channel.
  const single = channels.map((name) => columns.names.indexOf(name));
  if (single.every((column) => column >= 0)) return [{ name: '', columns: single, positions: null }];
  const free = [...columns.names.keys()];
  const stepped = steppedChannels(columns, free, { only: channels, legacy });
  if (stepped !== null) return stepped;
  const missing = channels.find((name) => steppedChannels(columns, free, { only: [name], legacy }) === null);
  throw new InputError(
    `${columns.name}: missing channel '${missing}': no column is named '${missing}_1' or the like; has ` +
      `${listNames(columns.names)}.`,
  );
}

/** Columns of steps with names of their own, in the order that the run knows. @throws InputError naming those that are missing. */
function namedSteps(
  { name, names }: Columns,
  rest: readonly number[],
  expected: Reading['expected'],
): readonly number[] {
  const wanted = expected?.steps;
  if (!wanted) return rest;
  const missing = wanted.filter((own) => !names.includes(own));
  if (missing.length > 0)
    throw new InputError(
      `${name}: missing column${missing.length === 1 ? '' : 's'} ${listNames(missing)}: the steps of the training data are ` +
        `${listNames(wanted)}; has ${listNames(names)}.`,
    );
  return wanted.map((own) => names.indexOf(own));
}

/** Columns whose cells are lists; null where there are none. */
function listChannels(columns: Columns, { rest, channels }: Roles): SteppedChannel[] | null {
  if (columns.rows === 0) return null;
  const wanted = channels === null ? rest : channels.map((name) => columns.names.indexOf(name)).filter((at) => at >= 0);
  const all = Array.from({ length: columns.rows }, (_, row) => row);
  // A null may stand in the place of the first list.
  const lists = wanted.filter((column) =>
    Array.isArray(columns.cell(column, all.find((row) => columns.cell(column, row) !== null) ?? 0)),
  );
  if (lists.length === 0) return null;
  return lists.map((column) => ({ name: columns.names[column]!, columns: [column], positions: null }));
}

function listSeries(columns: Columns, channels: readonly SteppedChannel[], rows: readonly number[]) {
  const own = channels.map((channel) => channel.columns[0]!);
  return rows.map((row) => {
    const lists = own.map((column) => {
      const cell = columns.cell(column, row);
      if (!Array.isArray(cell))
        throw new InputError(
          `${columns.name}: ${columns.place(row)} has no list in column '${columns.names[column]}'; remove the row.`,
        );
      return cell;
    });
    const steps = lists[0]!.length;
    const series = new Float64Array(steps * own.length);
    lists.forEach((list, channel) => {
      if (list.length !== steps)
        throw new InputError(
          `${columns.name}: ${columns.place(row)} has ${steps} steps in column '${columns.names[own[0]!]}', but ` +
            `${list.length} in '${columns.names[own[channel]!]}'; all channels of a series last as long.`,
        );
      list.forEach((cell: unknown, step: number) => {
        const value = numeric(cell);
        if (value === undefined)
          throw new InputError(
            `${columns.name}: ${columns.place(row)}, entry ${step + 1} of column '${columns.names[own[channel]!]}' ` +
              'is no number.',
          );
        series[step * own.length + channel] = value;
      });
    });
    return series;
  });
}
