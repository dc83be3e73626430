/** A row a step: rows of one id are one series, ordered by time. */
import { InputError } from '../../errors.js';
import { assembleSeries, padSteps } from '../assemble.js';
import type { SequenceTable, Targets } from '../dataset.js';
import { targetsOf, textsOf } from './answers.js';
import { type Columns, columnNamed, numberAt, textAt } from './columns.js';
import type { Roles } from './roles.js';

/** Series are in the order in which their ids first occur. @throws InputError for equal times, or a cell that is no number. */
export function longTable(columns: Columns, roles: Roles): SequenceTable {
  const { name } = columns;
  const channels = roles.channels?.map((channel) => columnNamed(columns, channel, 'channel')) ?? [...roles.rest];
  const series = seriesOf(columns, roles);
  const rows = series.flat();
  const values = series.map((own) =>
    Float32Array.from({ length: own.length * channels.length }, (_, index) =>
      numberAt(columns, channels[index % channels.length]!, own[Math.floor(index / channels.length)]!),
    ),
  );
  const table = assembleSeries(name, channels.length, values);
  let end = 0;
  const starts = series.map(({ length }) => {
    end += length;
    return end - length;
  });
  const perStep = (column: number | null, what: string): string[][] | null => {
    const texts = column === null ? null : textsOf(columns, column, what, rows);
    return texts && series.map((own, index) => texts.slice(starts[index]!, starts[index]! + own.length));
  };
  const labels = stepLabelsOf(columns, roles.label, series);
  const groups = perStep(roles.group, 'group');
  const mixed = groups?.findIndex((own) => !constant(own)) ?? -1;
  if (mixed >= 0)
    throw new InputError(
      `${name}: series ${mixed + 1} belongs to groups '${[...new Set(groups![mixed])].slice(0, 3).join("', '")}'; expected one.`,
    );
  return {
    ...table,
    labels: labels?.every((own) => own[0] !== null && constant(own)) ? labels.map(([label]) => label!) : null,
    ...(labels && { stepLabels: padSteps(labels, table.steps) }),
    ...(groups && { groups: groups.map(([group]) => group!) }),
    ...(roles.targets.length > 0 && { targets: longTargets(columns, roles.targets, series, table.steps) }),
  };
}

/** A step may have no label; null where none has one. */
function stepLabelsOf(columns: Columns, label: number | null, series: readonly number[][]) {
  const labels = label === null ? null : series.map((own) => own.map((row) => textAt(columns, label, row)));
  return labels?.some((own) => own.some((text) => text !== null)) ? labels : null;
}

/** Row numbers of each series, by id in order of first occurrence, then by time. */
function seriesOf(columns: Columns, { id, time }: Roles): number[][] {
  const byId = new Map<string, number[]>();
  for (let row = 0; row < columns.rows; row++) {
    const key = id === null ? '' : textAt(columns, id, row);
    if (key === null)
      throw new InputError(`${columns.name}: ${columns.place(row)} has no id in column '${columns.names[id!]}'.`);
    const own = byId.get(key);
    if (own === undefined) byId.set(key, [row]);
    else own.push(row);
  }
  const series = [...byId.values()];
  if (time === null) return series;
  const times = Float64Array.from({ length: columns.rows }, (_, row) => timeAt(columns, time, row));
  return series.map((rows) => {
    const ordered = rows.toSorted((first, second) => times[first]! - times[second]!);
    const twice = ordered.findIndex((row, index) => index > 0 && times[row] === times[ordered[index - 1]!]);
    if (twice >= 0)
      throw new InputError(
        `${columns.name}: ${columns.place(ordered[twice]!)} and ${columns.place(ordered[twice - 1]!)} have one time, ` +
          `${quotedCell(columns, time, ordered[twice]!)}${id === null ? '; name the column that tells series apart (--id-column)' : ' in one series; remove one'}.`,
      );
    return ordered;
  });
}

/** A number, or a date in milliseconds. */
function timeAt(columns: Columns, column: number, row: number): number {
  const cell = columns.cell(column, row);
  const value = typeof cell === 'string' && !/^[^-/:T]*$/.test(cell.slice(1)) ? dateOf(cell) : null;
  const time = value ?? numberAt(columns, column, row);
  if (!Number.isFinite(time))
    throw new InputError(
      `${columns.name}: ${columns.place(row)} has time ${quotedCell(columns, column, row)}; expected a number or a date.`,
    );
  return time;
}

/** Null for what is no date: `1e-3` is none. */
function dateOf(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}|^\d{1,2}[/:]\d{1,2}/.test(text.trim())) return null;
  return Date.parse(text);
}

function longTargets(
  columns: Columns,
  targets: readonly number[],
  series: readonly number[][],
  steps: number,
): Targets {
  const width = targets.length;
  const own = series.map((rows) => targetsOf(columns, targets, rows));
  // A number that is repeated on every row of its series is the series' own.
  if (own.every((values) => values.every((value, index) => value === values[index % width])))
    return { values: Float32Array.from(own.flatMap((values) => [...values.subarray(0, width)])), width, per: 'row' };
  const values = new Float32Array(series.length * steps * width);
  own.forEach((part, row) => {
    values.set(part, row * steps * width);
  });
  return { values, width, per: 'step' };
}

function constant(entries: readonly (string | null)[]): boolean {
  return entries.every((entry) => entry === entries[0]);
}

function quotedCell(columns: Columns, column: number, row: number): string {
  return `'${String(columns.cell(column, row))}'`;
}
