/** Formats of files with sequences: a new one is one file and one row here. */
import { InputError } from '../../errors.js';
import type { Files } from '../../platform/files.js';
import type { SequenceTable } from '../dataset.js';
import { gunzip, isGzip } from '../gzip.js';
import { fillMissing, leavesMissing } from '../missing.js';
import { readNpz } from '../npz.js';
import { inPrecision } from '../precision.js';
import type { Reading } from '../reading.js';
import { checkedTable } from '../table.js';
import { readUcr } from '../ucr.js';
import { parseArff } from './arff.js';
import { parseDelimited } from './csv.js';
import { parseParquet } from './parquet.js';
import { parseTs } from './ts.js';

export interface Format {
  readonly name: string;
  /** Of file names, without the dot; `.gz` may follow. */
  readonly endings: readonly string[];
  readonly description: string;
  /** Missing values come out as NaN. */
  readonly parse: (bytes: Uint8Array, name: string, reading: Reading) => SequenceTable | Promise<SequenceTable>;
}

/** In order of preference, where a folder holds the same data in several. */
export const formats: readonly Format[] = [
  {
    name: 'ts',
    endings: ['ts'],
    description: 'UEA and UCR archives: several channels, different lengths',
    parse: parseTs,
  },
  {
    name: 'csv',
    endings: ['tsv', 'csv', 'txt'],
    description: 'text with column names, wide (a row a series) or long (a row a step); without names as ucr',
    parse: parseDelimited,
  },
  {
    name: 'ucr',
    endings: [],
    description: 'text without column names: a series a line, its label first',
    parse: readUcr,
  },
  { name: 'npz', endings: ['npz'], description: 'NumPy archive: x, y, lengths, groups', parse: readNpz },
  {
    name: 'parquet',
    endings: ['parquet', 'pq'],
    description: 'Apache Parquet: columns as in csv, or a list a channel',
    parse: parseParquet,
  },
  {
    name: 'arff',
    endings: ['arff'],
    description: "Weka's format, as in the UEA and UCR archives, relational attributes included",
    parse: parseArff,
  },
];

export const formatNames = formats.map(({ name }) => name);

/** Null if no format has this ending. */
export function formatOfName(path: string): Format | null {
  const ending = /\.([^./\\]+?)(\.gz)?$/.exec(path.toLowerCase())?.[1];
  return formats.find(({ endings }) => ending !== undefined && endings.includes(ending)) ?? null;
}

/** @throws InputError for a format there is none of, or a name whose ending tells none. */
export function formatFor(path: string, { format }: Reading): Format {
  const found =
    format === undefined || format === 'auto' ? formatOfName(path) : formats.find(({ name }) => name === format);
  if (found) return found;
  if (format !== undefined && format !== 'auto')
    throw new InputError(`unknown format '${format}'; known: ${formatNames.join(', ')}.`);
  throw new InputError(
    `${path}: cannot tell its format by its name; expected one that ends in ` +
      `${formats.flatMap(({ endings }) => endings.map((ending) => `.${ending}`)).join(', ')}, or name the format (--format).`,
  );
}

/**
 * Reads the content of a file, gzipped or not.
 * @param name the file's name or path.
 * @throws InputError if it is damaged, or not as its format or the reading says.
 */
export async function parseTable(bytes: Uint8Array, name: string, reading: Reading = {}): Promise<SequenceTable> {
  const content = isGzip(bytes) ? gunzip(bytes, name) : bytes;
  const table = await formatFor(name, reading).parse(content, name, reading);
  return checkedTable(
    fillMissing(inPrecision(table, reading.precision), reading.missing),
    leavesMissing(reading.missing),
  );
}

/** As `parseTable`, from the file. */
export async function readTable(files: Files, path: string, reading: Reading = {}): Promise<SequenceTable> {
  formatFor(path, reading);
  return parseTable(await files.read(path), path, reading);
}
