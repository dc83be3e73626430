/** A file that holds one series: text with a line a step and a column a channel, or a NumPy array [steps, channels]. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { assembleSeries } from './assemble.js';
import type { Columns } from './columns/columns.js';
import { longTable } from './columns/long.js';
import { rolesOf } from './columns/roles.js';
import type { StepTimes } from './dataset.js';
import { columnNames, delimitedColumns } from './formats/csv.js';
import { gunzip, isGzip } from './gzip.js';
import { lengthOf } from './lengths.js';
import { fillMissing, leavesMissing } from './missing.js';
import { readNpy } from './npy.js';
import type { Reading } from './reading.js';
import { checkedTable } from './table.js';
import { decodeText } from './text.js';

/** [steps, channels] */
export interface Series {
  readonly channels: number;
  readonly values: Float32Array;
  /** [channels]; null where the file names none. */
  readonly channelNames: readonly string[] | null;
  readonly units: readonly (string | null)[] | null;
  /** [1, steps] */
  readonly times: StepTimes | null;
}

const endings = /\.(npy|csv|tsv|txt|dat)(\.gz)?$/i;

export function isSeriesFile(name: string): boolean {
  return endings.test(name);
}

/** @throws InputError for a file that is none of these, or holds no series. */
export async function readSeriesFile(files: Files, path: string, reading: Reading = {}): Promise<Series> {
  if (!isSeriesFile(path))
    throw new InputError(
      `${path}: cannot tell its format by its name; a series is read from .csv, .tsv, .txt or .npy.`,
    );
  const bytes = await files.read(path);
  const content = isGzip(bytes) ? gunzip(bytes, path) : bytes;
  const series = /\.npy(\.gz)?$/i.test(path) ? arraySeries(content, path) : textSeries(content, path, reading);
  const table = { name: path, rows: 1, steps: series.values.length / series.channels, labels: null, ...series };
  const filled = checkedTable(fillMissing(table, reading.missing), leavesMissing(reading.missing));
  // Under the rule `end` it may be shorter now.
  const steps = lengthOf(filled, 0);
  const values = filled.values.subarray(0, steps * series.channels);
  const { times } = series;
  return { ...series, values, times: times && { ...times, values: times.values.subarray(0, steps) } };
}

function arraySeries(bytes: Uint8Array, path: string): Series {
  const { shape, values, texts } = readNpy(bytes, path);
  if (shape.length < 1 || shape.length > 2 || texts)
    throw new InputError(`${path}: has shape (${shape.join(', ')}); expected numbers [steps] or [steps, channels].`);
  return { channels: shape[1] ?? 1, values: Float32Array.from(values), channelNames: null, units: null, times: null };
}

function textSeries(bytes: Uint8Array, path: string, reading: Reading): Series {
  const text = decodeText(bytes, path);
  const named = columnNames(text) !== null;
  const columns = named ? delimitedColumns(text, path) : unnamedColumns(text, path);
  const { time, rest, channels } = rolesOf(columns, {
    channelColumns: reading.channelColumns,
    timeColumn: reading.timeColumn,
  });
  const own = { label: null, id: null, group: null, targets: [], time, rest, channels };
  const table = longTable(columns, own, reading);
  const { channelNames = null, units = null, times = null } = named ? table : {};
  return { channels: table.channels, values: table.values, channelNames, units, times };
}

/** Lines of numbers alone, between tabs, semicolons, commas or blanks. */
function unnamedColumns(text: string, path: string): Columns {
  const line = text.trimStart().split('\n', 1)[0]!;
  const blanks = !/[\t;,]/.test(line);
  const body = blanks ? text.replace(/^ +| +$/gm, '').replace(/ +/g, ',') : text.trimStart();
  const count = blanks ? line.trim().split(/ +/).length : line.split(/[\t;,]/).length;
  const names = Array.from({ length: count }, (_, index) => `channel ${index + 1}`);
  const columns = delimitedColumns(`${names.join(blanks ? ',' : /[\t;,]/.exec(line)![0])}\n${body}`, path);
  return { ...columns, place: (row) => `line ${row + 1}` };
}

/**
 * @param files what the rows are called, one a path.
 * @throws InputError if the series differ in their number of channels.
 */
export function joinSeries(
  name: string,
  paths: readonly string[],
  series: readonly Series[],
  files: readonly string[] = paths,
) {
  const channels = series[0]?.channels ?? 1;
  const other = series.findIndex((own) => own.channels !== channels);
  if (other >= 0)
    throw new InputError(
      `${paths[other]}: has ${series[other]!.channels} channels, but ${paths[0]} has ${channels}; all series need the same.`,
    );
  const table = assembleSeries(
    name,
    channels,
    series.map(({ values }) => values),
  );
  const { channelNames = null, units = null } = series[0] ?? {};
  return {
    ...table,
    ...{ channelNames, files, places: [...paths] },
    ...(units && { units }),
    ...joinedTimes(series, table.steps),
  };
}

/** None where some file has none. */
function joinedTimes(series: readonly Series[], steps: number): { readonly times?: StepTimes } {
  const all = series.map(({ times }) => times);
  if (!all.every((own) => own !== null)) return {};
  const values = new Float64Array(series.length * steps);
  all.forEach((own, row) => {
    values.set(own.values, row * steps);
  });
  const resolution = all.reduce((finest, own) => Math.min(finest, own.resolution), Number.POSITIVE_INFINITY);
  return { times: { values, unit: all[0]?.unit ?? null, resolution } };
}
