/** What a run knows of the columns of its training data, to hold other data to: plain JSON, kept in the run. */
import type { SequenceTable } from '../dataset.js';
import { momentsOf } from '../moments.js';
import type { ExpectedColumns, Reading } from '../reading.js';
import type { ColumnRole } from '../reading-report.js';
import { type TimeStep, timeStepOf } from '../sampling/index.js';

export interface ChannelSchema {
  /** Null where the training data named none. */
  readonly name: string | null;
  readonly unit: string | null;
  readonly type: 'float32' | 'float64';
  /** Of the training rows, raw units. */
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

export interface DataSchema {
  readonly version: 1;
  /** `wide`, `long`, `files` (a file a series), `array`. */
  readonly layout: string;
  readonly channels: readonly ChannelSchema[];
  /** Names of the columns of other roles. */
  readonly label: string | null;
  readonly id: string | null;
  readonly group: string | null;
  readonly targets: readonly string[];
  /** What a time step was. */
  readonly time: (TimeStep & { readonly column: string | null; readonly format: string | null }) | null;
  /** Of a wide table: names of the columns of one channel whose names do not number its steps. */
  readonly steps: readonly string[] | null;
  readonly missing: {
    readonly rule: string;
    readonly marks: readonly string[];
    readonly labels: readonly string[];
  };
}

/** @param train all rows that are trained on. */
export function schemaOf(train: SequenceTable, reading: Reading = {}): DataSchema {
  const { report, channelNames, units, values, channels } = train;
  const columnOf = (role: ColumnRole) => report?.columns.find((column) => column.role === role)?.name ?? null;
  const spacing = timeStepOf(train);
  return {
    version: 1,
    layout: report?.layout ?? 'array',
    channels: momentsOf(values, channels, train).map(({ mean, minimum, maximum }, channel) => ({
      ...{ name: channelNames?.[channel] ?? null, unit: units?.[channel] ?? null },
      ...{ type: values instanceof Float64Array ? 'float64' : 'float32', mean, least: minimum, most: maximum },
    })),
    ...{ label: columnOf('label'), id: columnOf('id'), group: columnOf('group') },
    targets: report?.columns.filter(({ role }) => role === 'target').map(({ name }) => name) ?? [],
    time: spacing && { column: columnOf('time'), format: train.times?.format ?? null, ...spacing },
    steps: report?.layout === 'wide' && !channelNames ? stepNames(train) : null,
    missing: {
      rule: reading.missing ?? 'refuse',
      marks: reading.missingMarks ?? [],
      labels: reading.missingLabels ?? [],
    },
  };
}

/** Names that are no numbers of steps; null where they are, or the text has none. */
function stepNames({ report }: SequenceTable): string[] | null {
  if (report?.header !== 'yes') return null;
  const names = report.columns.filter(({ role }) => role === 'channel').map(({ name }) => name);
  return names.some((name) => !/\d$/.test(name)) ? names : null;
}

/** What readers of other data match columns by. */
export function expectedOf(schema: DataSchema): ExpectedColumns {
  const { layout, channels, label, id, group, time, steps } = schema;
  const names = channels.map(({ name }) => name);
  return {
    ...{ layout, label, id, group, steps },
    channels: names.every((name) => name !== null) ? names : null,
    units: channels.map(({ unit }) => unit),
    time: time?.column ?? null,
    timeFormat: time?.format ?? null,
  };
}
