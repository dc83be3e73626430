/** A file a series: listed in a table with a column of paths, and columns of answers beside it. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { targetsOf, textsOf } from './columns/answers.js';
import { type Columns, columnNamed, textAt } from './columns/columns.js';
import { rolesOf } from './columns/roles.js';
import type { SequenceTable } from './dataset.js';
import { columnsOf, readDelimited } from './delimited/delimited.js';
import { formatFor, parseTable } from './formats/table.js';
import { gunzip, isGzip } from './gzip.js';
import { joinSeries } from './join-series.js';
import { labelsOf } from './labels/labels.js';
import type { Reading } from './reading.js';
import { readSeriesFile } from './series-file.js';
import { decodeText } from './text.js';

const usualNames: readonly string[] = ['file', 'filename', 'file_name', 'path'];

/** Reads a file as `parseTable` does, or the files that it lists (layout `files`, or a column named file or path). */
export async function readListedTable(files: Files, path: string, reading: Reading = {}): Promise<SequenceTable> {
  const { layout = 'auto' } = reading;
  const format = formatFor(path, reading);
  const bytes = await files.read(path);
  if (format.name !== 'csv' || (layout !== 'auto' && layout !== 'files')) return parseTable(bytes, path, reading);
  const text = decodeText(isGzip(bytes) ? gunzip(bytes, path) : bytes, path);
  if (layout !== 'files' && !usualNames.some((name) => firstLines(text).includes(name)))
    return parseTable(bytes, path, reading);
  const list = readDelimited(text, path, reading);
  if (list.names !== null && (layout === 'files' || list.names.some(isUsual)))
    return readFileList(files, path, columnsOf(list, path), reading);
  if (layout === 'files')
    throw new InputError(`${path}: has no column names; expected a list of files: file, label, …`);
  return parseTable(bytes, path, reading);
}

/** Does this text have a column of paths? */
export async function isFileList(files: Files, path: string, reading: Reading): Promise<boolean> {
  if (/\.npy(\.gz)?$/i.test(path)) return false;
  const bytes = await files.read(path);
  const text = decodeText(isGzip(bytes) ? gunzip(bytes, path) : bytes, path);
  if (!usualNames.some((name) => firstLines(text).includes(name))) return false;
  return readDelimited(text, path, reading).names?.some(isUsual) ?? false;
}

/** Where the names of columns are, in small letters. */
const firstLines = (text: string) => text.slice(0, 10_000).toLowerCase();
const isUsual = (name: string) => usualNames.includes(name.toLowerCase());

/** Paths are relative to the list's folder. */
async function readFileList(files: Files, path: string, columns: Columns, reading: Reading): Promise<SequenceTable> {
  const { idColumn } = reading;
  const usual = columns.names.findIndex(isUsual);
  const column = idColumn === undefined && usual >= 0 ? usual : columnNamed(columns, idColumn ?? 'file', 'file');
  const name = columns.names[column]!;
  const { label, group, targets } = rolesOf(columns, {
    ...reading,
    idColumn: name,
    channelColumns: [],
    layout: 'wide',
  });
  const { rows: all, labels } = labelsOf(columns, label, reading);
  const written = all.map((row) => {
    const own = textAt(columns, column, row);
    if (own === null) throw new InputError(`${path}: ${columns.place(row)} names no file in column '${name}'.`);
    return own;
  });
  const paths = written.map((own) => (/^(\/|[A-Za-z]:)/.test(own) ? own : files.join(folderOf(files, path), own)));
  const series = await Promise.all(paths.map((own) => readSeriesFile(files, own, reading)));
  return {
    ...joinSeries(path, paths, series, written, reading),
    places: all.map(columns.place),
    ...labels,
    ...(group !== null && { groups: textsOf(columns, group, 'group', all) }),
    ...(targets.length > 0 && {
      targets: { values: targetsOf(columns, targets, all), width: targets.length, per: 'row' as const },
    }),
  };
}

function folderOf(files: Files, path: string): string {
  return path.slice(0, path.length - files.baseName(path).length) || '.';
}
