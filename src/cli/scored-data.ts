/** Which data `evaluate` and `predict` read: the run's own test data, or what was named instead. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { loadScored, loadSeriesFiles, loadTest, namedSource, type Reading, type SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { checkConfiguration, settings as settingTypes } from '../train/configuration.js';
import { dataRequest, readingOf } from '../train/data-request.js';
import type { DataSetting } from '../train/data-settings.js';
import type { LoadedRun } from '../train/load-run.js';
import { flagOf } from './settings.js';
import { STANDARD_INPUT, withStandardInput } from './standard-input.js';
import { trustOption } from './trust-option.js';

/** How data to be scored may be read otherwise than the training data were. */
const readingFlags = [
  ...(['layout', 'labelColumn', 'idColumn', 'timeColumn', 'groupColumn', 'ignoreColumns'] as const),
  ...(['header', 'separator', 'decimal', 'timeFormat', 'missing', 'missingMarks', 'missingLabels'] as const),
] satisfies DataSetting[];

export type ScoredOptions = Readonly<Partial<Record<(typeof readingFlags)[number], unknown>>> & {
  readonly data?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly inputFormat?: string | undefined;
  readonly trust?: boolean | undefined;
};

export function addScoredData(command: Command): Command {
  command
    .addOption(trustOption())
    .option('--data <name or path>', "file, folder or source to score; the run's own test data unless given")
    .option('--data-dir <folder>', 'folder that holds the test file')
    .option('--input-format <format>', 'how the file to score is read; by its ending unless given');
  for (const name of readingFlags)
    command.addOption(
      new Option(`${flagOf(name)} <value>`, `${settingTypes[name].description}; as in training unless given`),
    );
  return command;
}

/**
 * @param answersIgnored what is read is predicted: labels may be missing, or none of the run's classes.
 * @throws InputError if there is nothing to score, or it cannot be read.
 */
export async function loadScoredData(
  run: LoadedRun,
  options: ScoredOptions,
  usual: Files,
  answersIgnored = false,
): Promise<SequenceTable> {
  const { settings, origin, path } = run;
  if (origin === 'imported' && options.data === undefined)
    throw new InputError(`${path} was imported and has no data of its own; give what to score with --data`);
  const dataDir = options.dataDir === undefined ? settings.dataDir : resolve(options.dataDir);
  const named = namedSource(settings.data) !== undefined;
  const own = dataRequest(settings, usual, run);
  const reading: Reading = { ...own.reading, ...givenReading(options), answersOptional: true, answersIgnored };
  if (options.data === undefined) {
    // A run on a folder of its own is scored on another folder like it.
    const elsewhere = !named && options.dataDir !== undefined;
    if (elsewhere) return loadScored({ name: dataDir!, dataDir, files: usual, reading });
    const test = await loadTest({ ...own, dataDir, reading });
    if (test !== null) return test;
    throw new InputError(
      `${path}: its data have no test part; give what to score with --data, or hold a part out when training ` +
        '(--split fraction:validation=0.2,test=0.2)',
    );
  }
  const piped = options.data === STANDARD_INPUT ? await withStandardInput(usual) : null;
  const files = piped?.files ?? usual;
  const data = piped?.path ?? options.data;
  if (piped === null && namedSource(data) !== undefined) return loadScored({ name: data, dataDir, files, reading });
  const target = piped?.path ?? resolve(data);
  const kind = await files.kind(target);
  // A run on a file a series takes one, a folder of them, or a list.
  if (run.schema?.layout === 'files' && kind !== 'missing') return loadSeriesFiles({ files, reading }, target);
  if (kind === 'file') return loadScored({ name: settings.data, dataDir, files, file: target, reading });
  // Only the run's source tells which way the files of a folder are to be read.
  if (kind === 'folder' && named && origin === 'trained' && settings.data !== 'heartbeats')
    return loadScored({ name: settings.data, dataDir: target, files, reading });
  return loadScored({ name: kind === 'folder' ? target : data, dataDir, files, reading });
}

/** What was said here, and nothing that was not. */
function givenReading(options: ScoredOptions): Reading {
  const given = Object.fromEntries(
    readingFlags.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  const format = options.inputFormat === undefined ? {} : { format: options.inputFormat };
  const checked = readingOf(checkConfiguration({ ...given, ...format }, 'command line'));
  return Object.fromEntries(Object.entries(checked).filter(([, value]) => value !== undefined));
}
