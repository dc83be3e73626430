/** A training run in a folder of its own: done, gone on with, or begun. */
import type { Engine } from '../engine/engine.js';
import type { EngineChoice } from '../engine/open-engine.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import type { EpochRecord } from '../result/study.js';
import {
  type Configuration,
  RunFolder,
  readRunDocument,
  resumeRun,
  type TrainResult,
  trainRun,
} from '../train/index.js';
import { differences, printable, recompleted } from './identity.js';

export interface TrainedRun {
  readonly result: TrainResult;
  /** Engine build that trained it. */
  readonly build: string;
  readonly curve: EpochRecord[];
}

export interface TrainingContext {
  readonly engine: Engine;
  readonly choice: EngineChoice;
  readonly files: Files;
  /** @param fraction of the training. */
  readonly onProgress: (fraction: number, label: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Half a run of another engine build is begun anew: a run is of one build.
 * @throws InputError if the folder holds a run of other settings.
 * @throws TrainingError if it diverges. @throws InterruptedError once the signal is aborted.
 */
export async function trainedRun(
  path: string,
  settings: Configuration,
  { engine, choice, files, onProgress, signal }: TrainingContext,
): Promise<TrainedRun> {
  const { threads } = engine;
  const shared = {
    files,
    signal,
    onProgress: (at: { readonly fraction: number; readonly epoch: number; readonly epochs: number }) =>
      onProgress(at.fraction, `epoch ${at.epoch} of ${at.epochs}`),
  };
  const goOn = await canGoOn(path, settings, engine.build, files);
  const result = goOn
    ? await resumeRun({ ...shared, run: path, threads })
    : await trainRun({ ...shared, out: path, settings: { ...settings, engine: choice, threads } });
  const folder = await RunFolder.open(files, path);
  const build = await buildOf(folder);
  const curve = (await folder.readMetrics()).map(epochRecord);
  return { result, build, curve };
}

/**
 * Whether there is a run of these settings to go on with; one that another engine build left half done is removed.
 * @throws InputError if the folder holds a run of other settings.
 */
export async function canGoOn(path: string, settings: Configuration, build: string, files: Files): Promise<boolean> {
  if ((await files.kind(files.join(path, 'config.yaml'))) !== 'file') return false;
  const folder = await RunFolder.open(files, path);
  const found = printable(readRunDocument(await folder.readConfig(), path).settings);
  const unlike = differences(recompleted(found), printable(settings));
  if (unlike.length > 0)
    throw new InputError(
      `${path} was trained with other settings (${unlike.join('; ')}), so the study cannot go on from it; ` +
        'use the same ones, or begin in a new folder (--out)',
    );
  const done = (await folder.readResult()) !== undefined;
  if (done || (await buildOf(folder)) === build) return true;
  await removeRun(files, path);
  return false;
}

async function buildOf(folder: RunFolder): Promise<string> {
  const { engine } = (await folder.readEnvironment()) as { engine?: { build?: unknown } };
  return String(engine?.build ?? 'unknown');
}

/** The configuration first: without it the folder is no run any more, wherever this is cut short. */
async function removeRun(files: Files, path: string): Promise<void> {
  const checkpoints = files.join(path, 'checkpoints');
  await files.remove(files.join(path, 'config.yaml'));
  for (const folder of [checkpoints, path])
    for (const entry of await files.list(folder))
      if ((await files.kind(files.join(folder, entry))) === 'file') await files.remove(files.join(folder, entry));
}

function epochRecord(line: Readonly<Record<string, unknown>>): EpochRecord {
  const number = (name: string) => Number(line[name] ?? Number.NaN);
  return {
    epoch: number('epoch'),
    trainLoss: number('trainLoss'),
    validationLoss: number('validationLoss'),
    validationAccuracy: number('validationAccuracy'),
  };
}
