/** Data sources by name, and what `--data` may be: a name, a folder or a file. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import type { DataLocation, DataSource } from './source.js';
import { heartbeatsSource } from './source-heartbeats.js';
import { isIdxImages, mnistSources } from './source-mnist.js';
import { npz } from './source-npz.js';
import { ecg5000, isUcrFile, ucr } from './source-ucr.js';

/** A new source is one file and one row here. */
export const dataSources: ReadonlyMap<string, DataSource> = new Map(
  [heartbeatsSource, ecg5000, ucr, ...mnistSources, npz].map((source) => [source.name, source]),
);

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
  const named = dataSources.get(name);
  if (named !== undefined) return { source: named, location, file: null };
  const { files } = location;
  switch (await files.kind(name)) {
    case 'file':
      return { source: sourceOfFile(files.baseName(name)), location, file: name };
    case 'folder':
      return { source: await sourceOfFolder(files, name), location: { files, dataDir: name }, file: null };
    case 'missing':
      throw new InputError(
        `unknown data '${name}': neither a file or folder nor a data source. Sources: ${[...dataSources.keys()].join(', ')}.`,
      );
  }
}

/** The source that reads a file of this name. @throws InputError if none does. */
export function sourceOfFile(name: string): DataSource {
  if (isIdxImages(name)) return dataSources.get('mnist')!;
  if (name.toLowerCase().endsWith('.npz')) return npz;
  if (isUcrFile(name)) return ucr;
  throw new InputError(
    `${name}: cannot tell its format by its name; expected .tsv, .txt or .csv (UCR), .npz, or …images-idx3-ubyte(.gz).`,
  );
}

async function sourceOfFolder(files: Files, folder: string): Promise<DataSource> {
  const present = await files.list(folder);
  if (present.some((file) => /_(train|validation|test)\.(tsv|txt|csv)$/i.test(file))) return ucr;
  if (present.some((file) => /^(train|validation|test)\.npz$/i.test(file))) return npz;
  if (present.some(isIdxImages)) return dataSources.get('mnist')!;
  throw new InputError(
    `${folder}: holds no data that is known by its file names; expected NAME_TRAIN.tsv, train.npz or ` +
      'train-images-idx3-ubyte(.gz), or the like for validation and test.',
  );
}
