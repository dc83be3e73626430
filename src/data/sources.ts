/** Data sources by name, and what `--data` may be: a name, a folder or a file. */
import { InputError } from '../errors.js';
import { formatOfName } from './formats/table.js';
import { isSeriesFile } from './series-file.js';
import type { DataLocation, DataSource } from './source.js';
import { cifarSources, isCifarFile } from './source-cifar.js';
import { ecg5000, isPartFile, npz, parted, ucr } from './source-files.js';
import { folders } from './source-folders.js';
import { heartbeatsSource } from './source-heartbeats.js';
import { madeSource, madeSources } from './source-made.js';
import { isIdxImages, mnistSources } from './source-mnist.js';

/** A new source is one file and one row here. */
export const dataSources: ReadonlyMap<string, DataSource> = new Map(
  [heartbeatsSource, ecg5000, ucr, ...mnistSources, ...cifarSources, ...madeSources, npz].map((source) => [
    source.name,
    source,
  ]),
);

/**
 * The source of this name, with keys where it takes any (`adding:steps=400`); undefined if there is none.
 * @throws InputError for keys that it does not take.
 */
export function namedSource(name: string): DataSource | undefined {
  return dataSources.get(name) ?? madeSource(name);
}

/** A source and where its files are; `file` if what was named is one file. */
export interface ResolvedSource {
  readonly source: DataSource;
  readonly location: DataLocation;
  readonly file: string | null;
}

/**
 * @param name a source's name, or the path of a folder or file, whose source follows from its file names.
 * @throws InputError listing the names, if it is neither; or for a path, naming the files it could have held.
 */
export async function resolveSource(name: string, location: DataLocation): Promise<ResolvedSource> {
  const named = namedSource(name);
  if (named !== undefined) return { source: named, location, file: null };
  const { files } = location;
  switch (await files.kind(name)) {
    case 'file':
      return { source: sourceOfFile(files.baseName(name), location), location, file: name };
    case 'folder':
      return { source: await sourceOfFolder(location, name), location: { ...location, dataDir: name }, file: null };
    case 'missing':
      throw new InputError(
        `unknown data '${name}': neither a file or folder nor a data source. Sources: ${[...dataSources.keys()].join(', ')}.`,
      );
  }
}

/** The source that reads a file of this name. @throws InputError if none does. */
export function sourceOfFile(name: string, { reading }: Pick<DataLocation, 'reading'> = {}): DataSource {
  if (isIdxImages(name)) return dataSources.get('mnist')!;
  if (isCifarFile(name)) return dataSources.get('cifar10')!;
  if (formatOfName(name) !== null || (reading?.format !== undefined && reading.format !== 'auto')) return parted;
  throw new InputError(
    `${name}: ${remedyOf(name)}cannot tell its format by its name; expected .csv, .tsv or .txt, .ts, .arff, .npz, .parquet, or ` +
      '…images-idx3-ubyte(.gz); or name the format (--format).',
  );
}

async function sourceOfFolder({ files }: DataLocation, folder: string): Promise<DataSource> {
  const present = await files.list(folder);
  if (present.some(isPartFile)) return parted;
  if (present.some(isIdxImages)) return dataSources.get('mnist')!;
  if (present.some(isCifarFile)) return dataSources.get('cifar10')!;
  for (const entry of present) {
    const path = files.join(folder, entry);
    if (!entry.startsWith('.') && (await files.kind(path)) === 'folder' && (await holdsSeries(path))) return folders;
  }
  throw new InputError(
    `${folder}: holds no data that is known by its file names; expected NAME_TRAIN.tsv, train.csv (or .ts, .arff, .npz, ` +
      '.parquet), train-images-idx3-ubyte(.gz), or the like for validation and test; or a folder a class with a file a series.',
  );

  async function holdsSeries(path: string): Promise<boolean> {
    const inside = await files.list(path);
    if (inside.some(isSeriesFile)) return true;
    for (const entry of inside) {
      const deeper = files.join(path, entry);
      if ((await files.kind(deeper)) === 'folder' && (await files.list(deeper)).some(isSeriesFile)) return true;
    }
    return false;
  }
}

/** For files that people often have. */
function remedyOf(name: string): string {
  if (/\.npy$/i.test(name))
    return "one array has no place for labels: save it with its labels, numpy.savez('data.npz', x=x, y=y), and give that; ";
  if (/\.xlsx?$|\.ods$/i.test(name)) return 'a spreadsheet: save its sheet as CSV, and give that; ';
  if (/\.mat$/i.test(name))
    return 'a MATLAB file: save its matrix as CSV (writematrix), or with scipy.io.loadmat and numpy.savez, and give that; ';
  if (/\.jsonl?$/i.test(name)) return 'JSON: save it as a CSV with a row a step and a column id, and give that; ';
  return '';
}
