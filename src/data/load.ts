/** Loading data to train on, and data to score: kept apart, so that nothing is learnt from test data. */
import { InputError } from '../errors.js';
import { canonicalOrder } from './canonical.js';
import type { Normalisation, SequenceTable } from './dataset.js';
import { matched, readingHeldTo } from './schema/match.js';
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
  /** What a user should know of them. */
  readonly notes: readonly string[];
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
    notes: loaded.validation === null ? heldOutNotes(train, validation) : [],
  };
}

/** Test data: those held out, or the source's own; null if there are none. @throws InputError if they cannot be read. */
export async function loadTest(request: DataRequest): Promise<SequenceTable | null> {
  const { testData } = request;
  if (testData !== undefined) return matched(await loadNamed(testData, request), request.reading);
  const split = parseSplit(request.split);
  const resolved = await resolveSource(request.name, request);
  if (split.test > 0) return holdOutTest((await loadTraining(resolved, request)).train, split).test;
  const test = resolved.file === null ? await resolved.source.loadTest(resolved.location) : null;
  return test && matched(test, request.reading);
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
  const read =
    file === null
      ? await source.loadTraining(location)
      : { train: await source.loadFile(location, file), validation: null };
  const train = ordered(read.train, request);
  const { validationData } = request;
  const heldTo = { ...request, reading: readingHeldTo(train, request.reading) };
  const validation =
    validationData === undefined
      ? (read.validation ??
        (file === null ? ((await source.loadValidation?.({ ...location, reading: heldTo.reading })) ?? null) : null))
      : await loadNamed(validationData, heldTo);
  return { train, validation: validation && matched(validation, heldTo.reading) };
}

/** One order for the same data; runs without a schema saw that of the file. */
function ordered(table: SequenceTable, { reading = {} }: DataRequest): SequenceTable {
  if (reading.legacy) return table;
  return reading.expected?.channels
    ? canonicalOrder(matched(table, reading), true)
    : canonicalOrder(table, reading.channelColumns !== undefined);
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
  // Where every class has one row, none can be held out.
  return heldOut.rows === 0 ? { train: rest, validation: rest } : { train, validation: heldOut };
}

/** Classes that no held-out row has. */
function heldOutNotes(train: SequenceTable, validation: SequenceTable): string[] {
  if (!train.labels) return [];
  if (validation === train)
    return ['no row can be held out and leave every class one to train on: the training rows select the epoch'];
  const held = new Set(validation.labels ?? []);
  const absent = [...new Set(train.labels)].filter((label) => !held.has(label));
  const shown = absent.slice(0, 10).map((label) => `'${label}'`);
  return absent.length === 0
    ? []
    : [
        `no held-out row has class ${shown.join(', ')}${absent.length > 10 ? `, … (${absent.length} classes)` : ''}: too few rows`,
      ];
}

function limit(train: SequenceTable, rows: number | undefined, seed: number): SequenceTable {
  if (rows === undefined || rows >= train.rows) return train;
  if (!Number.isInteger(rows) || rows < 1)
    throw new InputError(`limit of training rows is ${rows}; expected a whole number of 1 or more.`);
  return splitTable(train, rows / train.rows, seed).heldOut;
}
