/** Data sets whose parts are files: NAME_TRAIN.tsv, train.csv, validation.npz, test.parquet and the like. */
import type { SequenceTable } from './dataset.js';
import { readListedTable } from './file-lists.js';
import { type Format, formats } from './formats/table.js';
import { type DataLocation, type DataSource, findPart, type Part, requirePart } from './source.js';

const parts = {
  train: { what: 'training', words: 'train|training' },
  validation: { what: 'validation', words: 'validation|valid|val|dev' },
  test: { what: 'test', words: 'test' },
} as const;

export type PartName = keyof typeof parts;

/** Is this the name of a file that holds a part of a data set? */
export function isPartFile(name: string): boolean {
  return (Object.keys(parts) as PartName[]).some((part) =>
    partOf(part, '.*', formats).names.some((pattern) => pattern.test(name)),
  );
}

/** Does a folder of this name hold a part of a data set? */
export function isPartFolder(name: string, part: PartName): boolean {
  return new RegExp(`^(${parts[part].words})$`, 'i').test(name);
}

function partOf(part: PartName, prefix: string, among: readonly Format[]): Part {
  const { what, words } = parts[part];
  const endings = among.flatMap((format) => format.endings);
  return {
    what,
    names: endings.map((ending) => new RegExp(`^(${prefix}[_-])?(${words})\\.${ending}(\\.gz)?$`, 'i')),
  };
}

interface Parted {
  readonly name: string;
  readonly description: string;
  /** What the files' names start with; any if omitted. */
  readonly prefix?: string;
  readonly formats?: readonly Format[];
  /** A training file, for messages. */
  readonly example: string;
}

function partedSource({ name, description, prefix = '.*', formats: among = formats, example }: Parted): DataSource {
  const find = async (location: DataLocation, part: PartName): Promise<SequenceTable | null> => {
    const path = await findPart(location, { name }, partOf(part, prefix, among));
    return path === null ? null : loadFile(location, path);
  };
  const loadFile = ({ files, reading }: DataLocation, path: string) => readListedTable(files, path, reading);
  return {
    name,
    description,
    normalisation: 'standard',
    heldOut: { fraction: 0.2, atMost: 2000 },
    loadFile,
    loadTraining: async (location) => {
      const train = await requirePart(location, { name }, partOf('train', prefix, among), example);
      return { train: await loadFile(location, train), validation: null };
    },
    loadValidation: (location) => find(location, 'validation'),
    loadTest: (location) => find(location, 'test'),
  };
}

export const ecg5000 = partedSource({
  name: 'ecg5000',
  description: 'ECG5000: heartbeats of 140 samples (UCR archive, from PhysioNet BIDMC chf07)',
  prefix: 'ECG5000',
  example: 'ECG5000_TRAIN.tsv (or .ts, .txt, .arff)',
});

export const ucr = partedSource({
  name: 'ucr',
  description: 'any data set of the UCR and UEA archives: NAME_TRAIN.tsv or .ts or .arff, and NAME_TEST',
  example: 'NAME_TRAIN.tsv (or .ts, .txt, .arff)',
});

export const npz = partedSource({
  name: 'npz',
  description: 'NumPy archives train.npz, validation.npz and test.npz with x [rows, steps, inputs] and y [rows]',
  formats: formats.filter((format) => format.name === 'npz'),
  example: 'train.npz',
});

export const parted = partedSource({
  name: 'files',
  description: 'files named train, validation and test, or NAME_TRAIN and so on, in any format that is read',
  example: 'train.csv or the like',
});
