/** A row a step: rows of one id are one series, ordered by time. */
import { InputError } from '../../errors.js';
import { assembleSeries, padSteps } from '../assemble.js';
import type { SequenceTable, StepTimes, Targets } from '../dataset.js';
import { labelNotes } from '../labels/label-notes.js';
import { labelAt, labelKind } from '../labels/labels.js';
import type { Reading } from '../reading.js';
import { legacyTimes } from '../times/legacy.js';
import { type ColumnTimes, compareTimes, readTimes, timesSince } from '../times/read-times.js';
import { targetsOf, textsOf } from './answers.js';
import { type Columns, columnNamed, numberAt, textAt, textOf } from './columns.js';
import { expectedChannels } from './expected.js';
import { columnReports, type Roles } from './roles.js';
import { checkTimeColumn } from './time-column.js';

/** Series are in the order in which their ids first occur. @throws InputError for equal times, or a cell that is no number. */
export function longTable(columns: Columns, roles: Roles, reading: Reading = {}): SequenceTable {
  const { name, names, units } = columns;
  const { channels, notes: told } = channelsOf(columns, roles, reading);
  const { ids, series, times, notes } = seriesOf(columns, roles, reading);
  const rows = series.flat();
  const values = series.map((own) =>
    Float64Array.from({ length: own.length * channels.length }, (_, index) =>
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
  const labels = stepLabelsOf(columns, roles.label, series, reading);
  const { label } = roles;
  const labelsAre = label === null || labels === null || reading.legacy ? undefined : labelKind(columns, label, rows);
  const said = labelsAre === 'texts' ? labelNotes(labels!.flat().filter((own) => own !== null)) : [];
  const groups = perStep(roles.group, 'group');
  const mixed = groups?.findIndex((own) => !constant(own)) ?? -1;
  if (mixed >= 0)
    throw new InputError(
      `${name}: series ${mixed + 1} belongs to groups '${[...new Set(groups![mixed])].slice(0, 3).join("', '")}'; expected one.`,
    );
  return {
    ...table,
    labels: labels?.every((own) => own[0] !== null && constant(own)) ? labels.map(([own]) => own!) : null,
    ...(labelsAre && { labelsAre }),
    ...(labels && { stepLabels: padSteps(labels, table.steps) }),
    ...(groups && { groups: groups.map(([group]) => group!) }),
    channelNames: channels.map((column) => names[column]!),
    ...(units && { units: channels.map((column) => units[column] ?? null) }),
    ...(ids && { ids }),
    places: series.map((own) => columns.place(own.reduce((least, row) => Math.min(least, row)))),
    ...(times && { times: stepTimes(times, series, table.steps) }),
    report: {
      ...{ layout: 'long', header: null, notes: [...notes, ...said, ...told] },
      columns: columnReports(
        columns,
        roles,
        new Map(channels.map((column, channel) => [column, { channel, step: null }])),
      ),
    },
    ...(roles.targets.length > 0 && { targets: longTargets(columns, roles.targets, series, table.steps) }),
  };
}

/** In the order that the run knows, where one reads the data. */
function channelsOf(columns: Columns, roles: Roles, { expected }: Reading) {
  const channels = roles.channels?.map((channel) => columnNamed(columns, channel, 'channel')) ?? [...roles.rest];
  return expected === undefined
    ? { channels, notes: [] }
    : expectedChannels(columns, channels, expected, (column) => columns.names[column]!);
}

/** A step may have no label; null where none has one. */
function stepLabelsOf(columns: Columns, label: number | null, series: readonly number[][], reading: Reading) {
  if (label === null || reading.answersIgnored) return null;
  const labels = series.map((own) => own.map((row) => labelAt(columns, label, row, reading)));
  return labels.some((own) => own.some((text) => text !== null)) ? labels : null;
}

/** Rows of each series in order of time, by id in order of first occurrence. */
function seriesOf(columns: Columns, roles: Roles, reading: Reading) {
  const { id, time } = roles;
  const { legacy, expected, timeFormat = expected?.timeFormat ?? undefined } = reading;
  const byId = new Map<string, number[]>();
  for (let row = 0; row < columns.rows; row++) {
    const key = id === null ? '' : textAt(columns, id, row);
    if (key === null)
      throw new InputError(`${columns.name}: ${columns.place(row)} has no id in column '${columns.names[id!]}'.`);
    const own = byId.get(key);
    if (own === undefined) byId.set(key, [row]);
    else own.push(row);
  }
  const ids = id === null ? null : [...byId.keys()];
  const series = [...byId.values()];
  if (time === null) return { ids, series, times: null, notes: [] };
  const times = legacy ? legacyTimes(columns, time) : readTimes(columns, time, timeFormat);
  const notes = legacy ? [] : checkTimeColumn(columns, roles, times, series, reading);
  const ordered = series.map((rows) => {
    const own = rows.toSorted((first, second) => compareTimes(times, first, second));
    const twice = own.findIndex((row, index) => index > 0 && compareTimes(times, row, own[index - 1]!) === 0);
    if (twice >= 0)
      throw new InputError(
        `${columns.name}: ${columns.place(own[twice]!)} and ${columns.place(own[twice - 1]!)} have one time, ` +
          `'${textOf(columns.cell(time, own[twice]!))}'${id === null ? '; name the column that tells series apart (--id-column)' : ' in one series; remove one'}.`,
      );
    return own;
  });
  return { ids, series: ordered, times: legacy ? null : times, notes };
}

/** [rows, steps], 0 beyond each row's end. */
function stepTimes(times: ColumnTimes, series: readonly number[][], steps: number): StepTimes {
  const values = new Float64Array(series.length * steps);
  series.forEach((rows, index) => {
    values.set(timesSince(times, rows), index * steps);
  });
  return { values, unit: times.unit, resolution: times.resolution, format: times.format };
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
