/** What data hold, before anything is trained on them. */
import type { SequenceTable } from './dataset.js';
import { type DataRequest, loadParts } from './load.js';
import { momentsOf } from './moments.js';
import { type TimeStep, timeStepOf } from './sampling/index.js';

export interface TableDescription {
  readonly name: string;
  readonly rows: number;
  /** Steps of the shortest, the middle and the longest row. */
  readonly lengths: { readonly shortest: number; readonly median: number; readonly longest: number };
  /** Of present values, raw units. */
  readonly channels: readonly { readonly mean: number; readonly deviation: number; readonly range: [number, number] }[];
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
  const { name, rows, steps, channels, values, labels, stepLabels, groups, targets } = table;
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
  return {
    ...{ name, rows, groups: groups ? new Set(groups).size : null },
    lengths: {
      shortest: lengths[0] ?? 0,
      median: lengths[Math.floor(lengths.length / 2)] ?? 0,
      longest: lengths.at(-1) ?? 0,
    },
    channels: momentsOf(values, channels, table).map(({ mean, deviation, minimum, maximum }) => ({
      ...{ mean, deviation },
      range: [minimum, maximum],
    })),
    missing: { values: missing, rows: incomplete.size },
    labels: labels && countsOf(labels),
    stepLabels: own ? countsOf(own) : null,
    time: timeStepOf(table),
    targets: targets ? { width: targets.width, per: targets.per } : null,
  };
}

function countsOf(labels: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, first], [, second]) => second - first));
}
