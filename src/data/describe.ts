/** What data hold and how they were read, before anything is trained on them. */
import type { SequenceTable } from './dataset.js';
import { lengthOf } from './lengths.js';
import { type DataRequest, loadParts } from './load.js';
import { momentsOf } from './moments.js';
import type { ColumnReport } from './reading-report.js';
import { type TimeStep, timeStepOf } from './sampling/index.js';

export interface ColumnDescription extends Pick<ColumnReport, 'name' | 'role' | 'reason' | 'flag'> {
  readonly unit: string | null;
  /** Of the numbers of a channel's column, raw units; null for others. */
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

export interface TableDescription {
  readonly name: string;
  readonly rows: number;
  /** `wide`, `long`, `files` or `array`; with the reason and what overrules it. */
  readonly layout: string;
  readonly layoutReason: string;
  /** Whether the columns have names; null where the format has no such thing. */
  readonly header: 'yes' | 'no' | null;
  readonly separator: string | null;
  readonly decimal: '.' | ',' | null;
  readonly columns: readonly ColumnDescription[];
  /** In the order in which a model gets them. */
  readonly channels: readonly string[];
  /** One a channel, of present values, raw units. */
  readonly moments: readonly {
    readonly mean: number;
    readonly deviation: number;
    readonly least: number;
    readonly most: number;
  }[];
  /** Most first. */
  readonly classes: readonly { readonly label: string; readonly count: number }[];
  readonly notes: readonly string[];
  /** Steps of the shortest, the middle and the longest row. */
  readonly lengths: { readonly shortest: number; readonly median: number; readonly longest: number };
  /** Values that are missing, and rows that lack any. */
  readonly missing: { readonly values: number; readonly rows: number };
  /** Rows a class, most first; null where rows have no label. */
  readonly labels: Readonly<Record<string, number>> | null;
  /** Steps a class, most first; null where steps have no label of their own. */
  readonly stepLabels: Readonly<Record<string, number>> | null;
  readonly groups: number | null;
  /** What a time step is; null where nothing says. */
  readonly time: TimeStep | null;
  readonly targets: { readonly width: number; readonly per: 'row' | 'step' } | null;
}

export interface DataDescription {
  readonly source: string;
  readonly train: TableDescription;
  readonly validation: TableDescription | null;
  readonly test: TableDescription | null;
}

/** Reads all parts; missing values are counted and not refused. @throws InputError if they cannot be read. */
export async function describeData(request: DataRequest): Promise<DataDescription> {
  const reading = { ...request.reading, missing: request.reading?.missing ?? 'mean' };
  const { source, train, validation, test } = await loadParts({ ...request, reading });
  return {
    source,
    train: describeTable(train),
    validation: validation && describeTable(validation),
    test: test && describeTable(test),
  };
}

export function describeTable(table: SequenceTable): TableDescription {
  const { name, rows, steps, channels, values, labels, stepLabels, groups, targets, report } = table;
  const lengths = Array.from(table.lengths ?? Array<number>(rows).fill(steps)).toSorted((a, b) => a - b);
  const incomplete = new Set<number>();
  let missing = 0;
  values.forEach((value, index) => {
    if (!Number.isNaN(value)) return;
    missing += 1;
    incomplete.add(Math.floor(index / (steps * channels)));
  });
  // A series' label is repeated on each of its steps in a long table: it says nothing new.
  const own = labels === null ? stepLabels?.filter((label) => label !== null) : null;
  const counted = labels ?? own;
  const named = Array.from(
    { length: channels },
    (_, channel) => table.channelNames?.[channel] ?? `channel ${channel + 1}`,
  );
  return {
    ...{ name, rows, groups: groups ? new Set(groups).size : null },
    ...{ layout: report?.layout ?? 'array', layoutReason: report?.layoutReason ?? '', header: report?.header ?? null },
    ...{ separator: report?.separator ?? null, decimal: report?.decimal ?? null },
    columns: columnsOf(table, named),
    channels: named,
    moments: momentsOf(values, channels, table).map(({ mean, deviation, minimum, maximum }) => ({
      ...{ mean, deviation, least: minimum, most: maximum },
    })),
    classes: counted
      ? Object.entries(countsOf(counted))
          .map(([label, count]) => ({ label, count }))
          .sort(mostFirst)
      : [],
    notes: report?.notes ?? [],
    lengths: {
      shortest: lengths[0] ?? 0,
      median: lengths[Math.floor(lengths.length / 2)] ?? 0,
      longest: lengths.at(-1) ?? 0,
    },
    missing: { values: missing, rows: incomplete.size },
    labels: labels && countsOf(labels),
    stepLabels: own ? countsOf(own) : null,
    time: timeStepOf(table),
    targets: targets ? { width: targets.width, per: targets.per } : null,
  };
}

/** Every column with its role; where the format has none, every channel. */
function columnsOf(table: SequenceTable, names: readonly string[]): ColumnDescription[] {
  const reported = table.report?.columns ?? [];
  const listed: readonly ColumnReport[] =
    reported.length > 0
      ? reported
      : names.map((name, channel) => ({
          name,
          role: 'channel',
          reason: 'of the array',
          flag: '--channel-columns',
          channel,
          step: null,
        }));
  return listed.map(({ name, role, reason, flag, unit = null, channel, step }) => {
    const of = channel === undefined || channel < 0 ? null : columnMoments(table, channel, step ?? null);
    const numbers = {
      mean: of?.mean ?? null,
      deviation: of?.deviation ?? null,
      least: of?.minimum ?? null,
      most: of?.maximum ?? null,
    };
    return { ...{ name, role, reason, flag, unit }, ...numbers };
  });
}

/** @param step null for all of them. */
function columnMoments(table: SequenceTable, channel: number, step: number | null) {
  const { rows, steps, channels, values } = table;
  const own: number[] = [];
  for (let row = 0; row < rows; row++)
    for (let at = step ?? 0; at < Math.min(lengthOf(table, row), step === null ? steps : step + 1); at++)
      own.push(values[(row * steps + at) * channels + channel]!);
  if (own.every(Number.isNaN)) return null;
  const kept = values instanceof Float64Array ? Float64Array.from(own) : Float32Array.from(own);
  return momentsOf(kept, 1, { rows: own.length, steps: 1 })[0]!;
}

const mostFirst = (first: { readonly count: number }, second: { readonly count: number }) => second.count - first.count;

function countsOf(labels: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, first], [, second]) => second - first));
}
