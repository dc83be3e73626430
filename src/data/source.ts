/** What a source of data is: one row of the table in `sources.ts`. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import type { Normalisation, SequenceTable } from './dataset.js';
import type { Reading } from './reading.js';

/** Where a source finds its files. */
export interface DataLocation {
  readonly files: Files;
  /** The folder the files are in. */
  readonly dataDir?: string | undefined;
  /** How they are to be read, where that is to be said. */
  readonly reading?: Reading | undefined;
}

export interface DataSource {
  readonly name: string;
  readonly description: string;
  /** The folder in `dataDir` that its files may be in; the source's name unless given. */
  readonly folder?: string;
  readonly normalisation: Normalisation;
  /** Of sequences that are pictures, their pixels in order, row by row: the size, and the values of black and white. */
  readonly picture?: { rows: number; columns: number; range: [number, number] };
  /** How much of the training data is held out where there is no validation file: a fraction, but at most so many rows. */
  readonly heldOut: { readonly fraction: number; readonly atMost: number };
  /** Reads the training data, and the validation data that come with them; never a test file. */
  readonly loadTraining: (
    location: DataLocation,
  ) => Promise<{ train: SequenceTable; validation: SequenceTable | null }>;
  /** Reads the validation file; null if there is none. */
  readonly loadValidation?: (location: DataLocation) => Promise<SequenceTable | null>;
  /** Reads the test file and nothing else; null if there is none. */
  readonly loadTest: (location: DataLocation) => Promise<SequenceTable | null>;
  /** Reads one file of this source's kind. */
  readonly loadFile: (location: DataLocation, path: string) => Promise<SequenceTable>;
}

/** A source as far as it says where its files are. */
export type SourceFolder = Pick<DataSource, 'name' | 'folder'>;

/** One part of a data set and the names its file may have, the preferred first. */
export interface Part {
  /** What error messages call it. */
  readonly what: string;
  readonly names: readonly RegExp[];
}

/**
 * The path of the part's file in the folder, or null if it has none.
 * @throws InputError if the folder is missing, or holds several files that could be it.
 */
export async function findPart(location: DataLocation, source: SourceFolder, part: Part): Promise<string | null> {
  const folder = await sourceFolder(location, source);
  const present = await location.files.list(folder);
  for (const name of part.names) {
    const found = present.filter((file) => name.test(file));
    if (found.length > 1)
      throw new InputError(
        `${folder} holds ${found.length} ${part.what} files (${found.slice(0, 5).join(', ')}${found.length > 5 ? ', …' : ''}); ` +
          'give a folder with one data set, or one file.',
      );
    if (found[0] !== undefined) return location.files.join(folder, found[0]);
  }
  return null;
}

/** All files of a part that stands in several, in the order of their names. */
export async function listParts(location: DataLocation, source: SourceFolder, name: RegExp): Promise<string[]> {
  const folder = await sourceFolder(location, source);
  const present = await location.files.list(folder);
  return present
    .filter((file) => name.test(file))
    .toSorted()
    .map((file) => location.files.join(folder, file));
}

/** As `findPart`. @throws InputError too if there is no such file. */
export async function requirePart(location: DataLocation, source: SourceFolder, part: Part, expected: string) {
  const path = await findPart(location, source, part);
  if (path === null)
    throw new InputError(
      `${await sourceFolder(location, source)} has no ${part.what} file for '${source.name}'; expected ${expected}.`,
    );
  return path;
}

/** The data folder, or the folder in it that has the source's name. */
async function sourceFolder({ files, dataDir }: DataLocation, { name, folder = name }: SourceFolder): Promise<string> {
  if (dataDir === undefined)
    throw new InputError(`'${name}' is read from files; give the folder they are in with --data-dir.`);
  const kind = await files.kind(dataDir);
  if (kind !== 'folder')
    throw new InputError(
      `${dataDir} is ${kind === 'file' ? 'a file' : 'missing'}; expected the folder that holds the files of '${name}'.`,
    );
  for (const entry of await files.list(dataDir)) {
    const path = files.join(dataDir, entry);
    if (entry.toLowerCase() === folder && (await files.kind(path)) === 'folder') return path;
  }
  return dataDir;
}
