/** Which data `evaluate` and `predict` read: the run's own test data, or what was named instead. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadScored, loadTest, namedSource, type SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { dataRequest } from '../train/data-request.js';
import type { LoadedRun } from '../train/load-run.js';
import { trustOption } from './trust-option.js';

export interface ScoredOptions {
  readonly data?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly trust?: boolean | undefined;
}

export function addScoredData(command: Command): Command {
  return command
    .addOption(trustOption())
    .option('--data <name or path>', "file, folder or source to score; the run's own test data unless given")
    .option('--data-dir <folder>', 'folder that holds the test file');
}

/** @throws InputError if there is nothing to score, or it cannot be read. */
export async function loadScoredData(run: LoadedRun, options: ScoredOptions, files: Files): Promise<SequenceTable> {
  const { settings, origin, path } = run;
  if (origin === 'imported' && options.data === undefined)
    throw new InputError(`${path} was imported and has no data of its own; give what to score with --data`);
  const dataDir = options.dataDir === undefined ? settings.dataDir : resolve(options.dataDir);
  const named = namedSource(settings.data) !== undefined;
  const own = dataRequest(settings, files);
  const { reading } = own;
  const { data } = options;
  if (data === undefined) {
    // A run on a folder of its own is scored on another folder like it.
    const elsewhere = !named && options.dataDir !== undefined;
    if (elsewhere) return loadScored({ name: dataDir!, dataDir, files, reading });
    const test = await loadTest({ ...own, dataDir, reading: { ...reading, answersOptional: true } });
    if (test !== null) return test;
    throw new InputError(
      `${path}: its data have no test part; give what to score with --data, or hold a part out when training ` +
        '(--split fraction:validation=0.2,test=0.2)',
    );
  }
  if (namedSource(data) !== undefined) return loadScored({ name: data, dataDir, files, reading });
  const target = resolve(data);
  const kind = await files.kind(target);
  if (kind === 'file') return loadScored({ name: settings.data, dataDir, files, file: target, reading });
  // Only the run's source tells which way the files of a folder are to be read.
  if (kind === 'folder' && named && origin === 'trained' && settings.data !== 'heartbeats')
    return loadScored({ name: settings.data, dataDir: target, files, reading });
  return loadScored({ name: kind === 'folder' ? target : data, dataDir, files, reading });
}
