/** Loading data to train on, and data to score: kept apart, so that test data are read at the end or not at all. */
import { InputError } from '../errors.js';
import type { Normalisation, SequenceTable } from './dataset.js';
import { splitTable } from './selection.js';
import type { DataLocation } from './source.js';
import { namedSource, type ResolvedSource, resolveSource, sourceOfFile } from './sources.js';
import { heldOutBy, holdOutTest, parseSplit, type Split } from './splits.js';

export interface DataRequest extends DataLocation {
  /** A source's name, or the path of a folder or file. */
  readonly name: string;
  /** How validation and test rows are held out, as `parseSplit` reads it; `auto` unless given. */
  readonly split?: string | undefined;
  /** Files of their own for validation and test data. */
  readonly validationData?: string | undefined;
  readonly testData?: string | undefined;
}

export interface Splits {
  readonly train: SequenceTable;
  readonly validation: SequenceTable;
  /** The source's own. */
  readonly normalisation: Normalisation;
}

/**
 * Training and validation data: the validation file's, or a part of the training data held out at random from `seed`,
 * each class in proportion, or by group where rows have groups. Never reads the test file.
 * @param request.limitTrain keeps so many training rows, chosen from `seed`, each class in proportion.
 * @throws InputError if the data cannot be found or read.
 */
export async function loadSplits(
  request: DataRequest & { readonly seed: number; readonly limitTrain?: number | undefined },
): Promise<Splits> {
  const split = parseSplit(request.split);
  const resolved = await resolveSource(request.name, request);
  const loaded = await loadTraining(resolved, request);
  const { rest } = holdOutTest(loaded.train, split);
  if (loaded.validation !== null && split.validation !== null)
    throw new InputError(
      `${request.name}: has validation data of its own (${loaded.validation.name}), so nothing is to be held out; leave ` +
        'out --split, or give the training file alone.',
    );
  const { train, validation } =
    loaded.validation === null
      ? holdOut(rest, resolved, split, loaded.train.rows, request.seed)
      : { train: rest, validation: loaded.validation };
  return {
    train: limit(train, request.limitTrain, request.seed),
    validation,
    normalisation: resolved.source.normalisation,
  };
}

/** Test data: those held out, or the source's own; null if there are none. @throws InputError if they cannot be read. */
export async function loadTest(request: DataRequest): Promise<SequenceTable | null> {
  const { testData } = request;
  if (testData !== undefined) return loadNamed(testData, request);
  const split = parseSplit(request.split);
  const resolved = await resolveSource(request.name, request);
  if (split.test > 0) return holdOutTest((await loadTraining(resolved, request)).train, split).test;
  return resolved.file === null ? resolved.source.loadTest(resolved.location) : null;
}

/**
 * What is scored, and nothing else: `file` (read as the source would; a file of another format by its name), or the
 * one file that `name` is, or the test data of the source or folder, which may hold no training data.
 * @throws InputError if there is nothing to score.
 */
export async function loadScored(given: DataRequest & { readonly file?: string | undefined }): Promise<SequenceTable> {
  const request = { ...given, reading: { ...given.reading, answersOptional: true } };
  if (request.file !== undefined) {
    const { baseName } = request.files;
    const guessed = sourceOfFile(baseName(request.file), request);
    const named = namedSource(request.name);
    // Only the name tells which way images are to be read.
    const images = named?.folder === 'mnist' || named?.folder === 'fashion-mnist' ? 'mnist' : named?.folder;
    const source = named !== undefined && guessed.folder !== undefined && guessed.folder === images ? named : guessed;
    return source.loadFile(request, request.file);
  }
  const heldOut = request.testData !== undefined || parseSplit(request.split).test > 0;
  const { source, location, file } = await resolveSource(request.name, request);
  if (file !== null && !heldOut) return source.loadFile(location, file);
  const test = heldOut ? await loadTest(request) : await source.loadTest(location);
  if (test === null)
    throw new InputError(
      `'${source.name}' has no test file in ${location.dataDir}; add one, or give the file to score itself.`,
    );
  return test;
}

/** All parts as they are in the files: nothing held out. @throws InputError if they cannot be found or read. */
export async function loadParts(request: DataRequest) {
  const resolved = await resolveSource(request.name, request);
  const { train, validation } = await loadTraining(resolved, request);
  const test = await loadTest({ ...request, split: undefined });
  return { source: resolved.source.name, train, validation, test };
}

async function loadTraining({ source, location, file }: ResolvedSource, request: DataRequest) {
  const loaded =
    file === null
      ? await source.loadTraining(location)
      : { train: await source.loadFile(location, file), validation: null };
  const { validationData } = request;
  return validationData === undefined ? loaded : { ...loaded, validation: await loadNamed(validationData, request) };
}

async function loadNamed(path: string, request: DataRequest): Promise<SequenceTable> {
  const { source, location, file } = await resolveSource(path, request);
  if (file === null) throw new InputError(`${path}: expected a file, and it is none.`);
  return source.loadFile(location, file);
}

/** @param all rows, test rows included, of which the split's fractions are. */
function holdOut(rest: SequenceTable, { source }: ResolvedSource, split: Split, all: number, seed: number) {
  const { fraction, atMost } = source.heldOut;
  const usual = Math.min(fraction, atMost / rest.rows);
  const wanted = split.validation === null ? usual : (split.validation * all) / rest.rows;
  const { train, heldOut } = heldOutBy(rest, split.method, wanted, seed);
  return { train, validation: heldOut };
}

function limit(train: SequenceTable, rows: number | undefined, seed: number): SequenceTable {
  if (rows === undefined || rows >= train.rows) return train;
  if (!Number.isInteger(rows) || rows < 1)
    throw new InputError(`limit of training rows is ${rows}; expected a whole number of 1 or more.`);
  return splitTable(train, rows / train.rows, seed).heldOut;
}
