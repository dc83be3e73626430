/** A row a series: one column a step, or a list a channel. */
import { InputError } from '../../errors.js';
import { assembleSeries } from '../assemble.js';
import type { SequenceTable } from '../dataset.js';
import { targetsOf, textsOf } from './answers.js';
import { type Columns, listNames, numberAt, numeric, textOf } from './columns.js';
import type { Roles } from './roles.js';

/** @throws InputError for columns that do not make whole channels, or a cell that is no number. */
export function wideTable(columns: Columns, roles: Roles): SequenceTable {
  const { name, rows } = columns;
  const all = Array.from({ length: rows }, (_, row) => row);
  const { label, group, targets } = roles;
  const answers = {
    labels: label === null ? null : textsOf(columns, label, 'label', all),
    groups: group === null ? null : textsOf(columns, group, 'group', all),
    targets:
      targets.length === 0
        ? null
        : { values: targetsOf(columns, targets, all), width: targets.length, per: 'row' as const },
  };
  const lists = listChannels(columns, roles);
  const series = lists === null ? steppedSeries(columns, roles) : listSeries(columns, lists);
  return {
    ...assembleSeries(name, series.names.length, series.values),
    ...answers,
    // Columns without numbers, or numbers alone, do not name a channel.
    ...(series.names.some((own) => own === '') ? {} : { channelNames: series.names }),
    ...(roles.id !== null && { ids: all.map((row) => textOf(columns.cell(roles.id!, row))) }),
    places: all.map(columns.place),
  };
}

/** A column a step: channel by channel [steps], in order of the numbers that end their names. */
function steppedSeries(columns: Columns, roles: Roles) {
  const { names, channels } = channelsOf(columns, roles);
  const steps = channels[0]!.length;
  const values = Array.from({ length: columns.rows }, (_, row) => {
    const series = new Float32Array(steps * channels.length);
    channels.forEach((own, channel) => {
      own.forEach((column, step) => {
        series[step * channels.length + channel] = numberAt(columns, column, row);
      });
    });
    return series;
  });
  return { names, values };
}

interface Channels {
  /** '' where the columns name none. */
  readonly names: string[];
  /** The column of each step, channel by channel. */
  readonly channels: number[][];
}

function channelsOf(columns: Columns, { rest, channels }: Roles): Channels {
  const numbered = new Map<string, Map<number, number>>();
  const plain: number[] = [];
  const free = channels === null ? rest : [...columns.names.keys()];
  for (const column of free) {
    const written = /^(.*?)[_.\-: ]*(\d+)$/.exec(columns.names[column]!.trim());
    if (written === null) {
      plain.push(column);
      continue;
    }
    const [, prefix = '', step = ''] = written;
    const steps = numbered.get(prefix) ?? new Map<number, number>();
    if (steps.has(Number(step)))
      throw new InputError(`${columns.name}: two columns are step ${step} of '${prefix}'; rename one.`);
    numbered.set(prefix, steps.set(Number(step), column));
  }
  if (channels !== null) return givenChannels(columns, channels, numbered);
  if (numbered.size === 0) return { names: [''], channels: [plain] };
  const stray = plain[0];
  if (stray !== undefined)
    throw new InputError(
      `${columns.name}: column '${columns.names[stray]}' has no step's number, and others have; say what it is ` +
        '(--label-column, --id-column, --group-column, --target-columns), or list the channels to read ' +
        `(--channel-columns ${[...numbered.keys()].slice(0, 3).join(',') || 'NAME'}).`,
    );
  return aligned(columns, numbered);
}

/** Each a channel's prefix, or all of them the steps of one channel. */
function givenChannels(columns: Columns, given: readonly string[], numbered: Map<string, Map<number, number>>) {
  const single = given.map((name) => columns.names.indexOf(name));
  if (single.every((column) => column >= 0)) return { names: [''], channels: [single] };
  const missing = given.find((name) => !numbered.has(name));
  if (missing !== undefined)
    throw new InputError(
      `${columns.name}: missing channel '${missing}': no column is named '${missing}_1' or the like; has ` +
        `${listNames(columns.names)}.`,
    );
  return aligned(columns, new Map(given.map((name) => [name, numbered.get(name)!])));
}

/** @throws InputError if a channel lacks a step that another has. */
function aligned({ name }: Columns, channels: Map<string, Map<number, number>>): Channels {
  const [[first, steps] = ['', new Map<number, number>()]] = channels;
  const order = [...steps.keys()].sort((left, right) => left - right);
  const spacing = (order[1] ?? 1) - order[0]!;
  const gap = order.findIndex((step, index) => index > 0 && step - order[index - 1]! !== spacing);
  if (gap > 0)
    throw new InputError(
      `${name}: the steps of '${first}' are not evenly numbered (${order[gap - 1]}, then ${order[gap]}); a column is missing ` +
        'or misnamed. List the columns (--channel-columns) if they are meant so.',
    );
  const byStep = Array.from(channels, ([channel, own]) => {
    const lacks = order.find((step) => !own.has(step)) ?? [...own.keys()].find((step) => !steps.has(step));
    if (lacks !== undefined)
      throw new InputError(
        `${name}: channels '${first}' and '${channel}' have different steps (${lacks} is in one of them only); every ` +
          'channel needs a column for every step.',
      );
    return order.map((step) => own.get(step)!);
  });
  return { names: [...channels.keys()], channels: byStep };
}

/** Columns whose cells are lists; null where there are none. */
function listChannels(columns: Columns, { rest, channels }: Roles): number[] | null {
  if (columns.rows === 0) return null;
  const wanted = channels === null ? rest : channels.map((name) => columns.names.indexOf(name)).filter((at) => at >= 0);
  const lists = wanted.filter((column) => Array.isArray(columns.cell(column, 0)));
  return lists.length === 0 ? null : lists;
}

function listSeries(columns: Columns, channels: readonly number[]) {
  const values = Array.from({ length: columns.rows }, (_, row) => {
    const lists = channels.map((column) => {
      const cell = columns.cell(column, row);
      if (!Array.isArray(cell))
        throw new InputError(
          `${columns.name}: ${columns.place(row)} has no list in column '${columns.names[column]}'.`,
        );
      return cell;
    });
    const steps = lists[0]!.length;
    const series = new Float32Array(steps * channels.length);
    lists.forEach((list, channel) => {
      if (list.length !== steps)
        throw new InputError(
          `${columns.name}: ${columns.place(row)} has ${steps} steps in column '${columns.names[channels[0]!]}', but ` +
            `${list.length} in '${columns.names[channels[channel]!]}'; all channels of a series last as long.`,
        );
      list.forEach((cell: unknown, step: number) => {
        const value = numeric(cell);
        if (value === undefined)
          throw new InputError(
            `${columns.name}: ${columns.place(row)}, entry ${step + 1} of column '${columns.names[channels[channel]!]}' ` +
              'is no number.',
          );
        series[step * channels.length + channel] = value;
      });
    });
    return series;
  });
  return { names: channels.map((column) => columns.names[column]!), values };
}
