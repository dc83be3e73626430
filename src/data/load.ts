/** Loading data to train on, and data to score: kept apart, so that test data are read at the end or not at all. */
import { InputError } from '../errors.js';
import type { Normalisation, SequenceTable } from './dataset.js';
import { splitTable } from './selection.js';
import type { DataLocation, DataSource } from './source.js';
import { dataSources, resolveSource, sourceOfFile } from './sources.js';

export interface DataRequest extends DataLocation {
  /** A source's name, or the path of a folder or file. */
  readonly name: string;
}

export interface Splits {
  readonly train: SequenceTable;
  readonly validation: SequenceTable;
  /** The source's own. */
  readonly normalisation: Normalisation;
}

/**
 * Training and validation data: the validation file's, or a part of the training data held out at random from `seed`,
 * each class in proportion. Never reads the test file.
 * @param request.limitTrain keeps so many training rows, chosen from `seed`, each class in proportion.
 * @throws InputError if the data cannot be found or read.
 */
export async function loadSplits(
  request: DataRequest & { readonly seed: number; readonly limitTrain?: number | undefined },
): Promise<Splits> {
  const { source, location, file } = await resolveSource(request.name, request);
  const loaded =
    file === null
      ? await source.loadTraining(location)
      : { train: await source.loadFile(location.files, file), validation: null };
  const { train, validation } =
    loaded.validation === null
      ? holdOut(loaded.train, source, request.seed)
      : { ...loaded, validation: loaded.validation };
  return { train: limit(train, request.limitTrain, request.seed), validation, normalisation: source.normalisation };
}

/** The source's test data, or null if it has none. @throws InputError if the file cannot be read. */
export async function loadTest(request: DataRequest): Promise<SequenceTable | null> {
  const { source, location, file } = await resolveSource(request.name, request);
  return file === null ? source.loadTest(location) : null;
}

/**
 * What is scored, and nothing else: `file` (read as the source would; a file of another format by its name), or the
 * one file that `name` is, or the test data of the source or folder, which may hold no training data.
 * @throws InputError if there is nothing to score.
 */
export async function loadScored(
  request: DataRequest & { readonly file?: string | undefined },
): Promise<SequenceTable> {
  if (request.file !== undefined) {
    const { baseName } = request.files;
    const guessed = sourceOfFile(baseName(request.file));
    const named = dataSources.get(request.name);
    // Only the name tells which way MNIST images are to be read.
    const source = guessed.name === 'mnist' && named?.name.includes('mnist') ? named : guessed;
    return source.loadFile(request.files, request.file);
  }
  const { source, location, file } = await resolveSource(request.name, request);
  if (file !== null) return source.loadFile(location.files, file);
  const test = await source.loadTest(location);
  if (test === null)
    throw new InputError(
      `'${source.name}' has no test file in ${location.dataDir}; add one, or give the file to score itself.`,
    );
  return test;
}

function holdOut(train: SequenceTable, source: DataSource, seed: number) {
  const { fraction, atMost } = source.heldOut;
  const split = splitTable(train, Math.min(fraction, atMost / train.rows), seed);
  return { train: split.train, validation: split.heldOut };
}

function limit(train: SequenceTable, rows: number | undefined, seed: number): SequenceTable {
  if (rows === undefined || rows >= train.rows) return train;
  if (!Number.isInteger(rows) || rows < 1)
    throw new InputError(`limit of training rows is ${rows}; expected a whole number of 1 or more.`);
  return splitTable(train, rows / train.rows, seed).heldOut;
}
