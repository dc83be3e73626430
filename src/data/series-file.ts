/** A file that holds one series: text with a line a step and a column a channel, or a NumPy array [steps, channels]. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { assembleSeries } from './assemble.js';
import type { Columns } from './columns/columns.js';
import { longTable } from './columns/long.js';
import { rolesOf } from './columns/roles.js';
import { columnNames, delimitedColumns } from './formats/csv.js';
import { gunzip, isGzip } from './gzip.js';
import { lengthOf } from './lengths.js';
import { fillMissing } from './missing.js';
import { readNpy } from './npy.js';
import type { Reading } from './reading.js';
import { checkedTable } from './table.js';
import { decodeText } from './text.js';

/** [steps, channels] */
export interface Series {
  readonly channels: number;
  readonly values: Float32Array;
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
  const filled = checkedTable(fillMissing(table, reading.missing), reading.missing === 'mean');
  // Under the rule `end` it may be shorter now.
  const values = filled.values.subarray(0, lengthOf(filled, 0) * series.channels);
  return { channels: series.channels, values };
}

function arraySeries(bytes: Uint8Array, path: string): Series {
  const { shape, values, texts } = readNpy(bytes, path);
  if (shape.length < 1 || shape.length > 2 || texts)
    throw new InputError(`${path}: has shape (${shape.join(', ')}); expected numbers [steps] or [steps, channels].`);
  return { channels: shape[1] ?? 1, values: Float32Array.from(values) };
}

function textSeries(bytes: Uint8Array, path: string, reading: Reading): Series {
  const text = decodeText(bytes, path);
  const columns = columnNames(text) === null ? unnamedColumns(text, path) : delimitedColumns(text, path);
  const { time, rest, channels } = rolesOf(columns, {
    channelColumns: reading.channelColumns,
    timeColumn: reading.timeColumn,
  });
  const own = { label: null, id: null, group: null, targets: [], time, rest, channels };
  const { values, channels: count } = longTable(columns, own);
  return { channels: count, values };
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

/** @throws InputError if the series differ in their number of channels. */
export function joinSeries(name: string, paths: readonly string[], series: readonly Series[]) {
  const channels = series[0]?.channels ?? 1;
  const other = series.findIndex((own) => own.channels !== channels);
  if (other >= 0)
    throw new InputError(
      `${paths[other]}: has ${series[other]!.channels} channels, but ${paths[0]} has ${channels}; all series need the same.`,
    );
  return assembleSeries(
    name,
    channels,
    series.map(({ values }) => values),
  );
}
