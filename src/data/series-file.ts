/** A file that holds one series: text with a line a step and a column a channel, or a NumPy array [steps, channels]. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { longTable } from './columns/long.js';
import { rolesOf } from './columns/roles.js';
import type { StepTimes } from './dataset.js';
import { columnsOf, readDelimited } from './delimited/delimited.js';
import { gunzip, isGzip } from './gzip.js';
import { readNpy } from './npy.js';
import type { Reading } from './reading.js';
import { decodeText } from './text.js';

/** Missing values are NaN. */
export interface Series {
  readonly channels: number;
  /** [steps, channels], as the file has them: floats of 32 bits, or else doubles. */
  readonly values: Float32Array | Float64Array;
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
  return parseSeries(await files.read(path), path, reading);
}

/** As `readSeriesFile`, from its bytes. */
export function parseSeries(bytes: Uint8Array, path: string, reading: Reading): Series {
  const content = isGzip(bytes) ? gunzip(bytes, path) : bytes;
  return /\.npy(\.gz)?$/i.test(path) ? arraySeries(content, path) : textSeries(content, path, reading);
}

function arraySeries(bytes: Uint8Array, path: string): Series {
  const { shape, values, texts } = readNpy(bytes, path);
  if (shape.length < 1 || shape.length > 2 || texts)
    throw new InputError(`${path}: has shape (${shape.join(', ')}); expected numbers [steps] or [steps, channels].`);
  return {
    channels: shape[1] ?? 1,
    values: values instanceof Float32Array ? values : Float64Array.from(values),
    ...{ channelNames: null, units: null, times: null },
  };
}

function textSeries(bytes: Uint8Array, path: string, reading: Reading): Series {
  const delimited = readDelimited(decodeText(bytes, path), path, reading);
  const columns = columnsOf(delimited, path);
  const { channelColumns, timeColumn, ignoreColumns, expected } = reading;
  const roles = rolesOf(columns, { channelColumns, timeColumn, ignoreColumns, expected });
  const own = { ...roles, label: null, id: null, group: null, targets: [] };
  const table = longTable(columns, own, reading);
  const { channelNames = null, units = null, times = null } = delimited.names === null ? {} : table;
  return { channels: table.channels, values: table.values, channelNames, units, times };
}
