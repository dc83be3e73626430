/** A run in a folder: started, killed at any instant, resumed, finished. */

import type { Engine } from '../engine/engine.js';
import { interruptible } from '../engine/interruptible.js';
import { openEngine } from '../engine/open-engine.js';
import { InputError } from '../errors.js';
import { silentNoise } from '../model/index.js';
import { buildConfigured, sizesOf } from './build.js';
import { writeCard } from './card/write-card.js';
import { withRunClaim } from './claim-run.js';
import { type Configuration, checkConfiguration, type GivenConfiguration } from './configuration.js';
import { completeConfiguration } from './defaults.js';
import { describeStart, inheritSettings, sourceOf, startParameters } from './fine-tune.js';
import { partsOfFolder } from './load-run.js';
import { collectParts } from './parts/collect.js';
import { partsDocument } from './parts/stored.js';
import { tracedParts } from './parts/trace.js';
import { prepare } from './prepare.js';
import { readRunDocument } from './run-document.js';
import { RunFolder } from './run-folder.js';
import type { RunOptions } from './run-options.js';
import { decodeState } from './run-state.js';
import { documentOf, finish, type Sitting, trainOn } from './sitting.js';
import type { TrainResult } from './train-result.js';

export type { RunOptions };

export interface TrainOptions extends RunOptions {
  readonly settings: GivenConfiguration;
  /** Folder of the run: missing or empty. */
  readonly out: string;
}

export interface ResumeOptions extends RunOptions {
  readonly run: string;
  /** Go on although another engine, or another build of it, computed so far: the numbers will differ. */
  readonly allowOtherEngine?: boolean | undefined;
  /** In place of the run's own; results do not depend on it. */
  readonly threads?: number | 'auto' | undefined;
}

/**
 * Trains and tests a model, in a new folder.
 * @throws InputError for unusable settings or data, or a folder that is taken.
 * @throws TrainingError if it diverges; the last good checkpoint stays.
 * @throws InterruptedError once the signal is aborted; the run can be resumed.
 */
export async function trainRun(options: TrainOptions): Promise<TrainResult> {
  return begin(options, finish);
}

/**
 * Goes on with a run to the numbers it would have had without a break; a run that is done gives its result again.
 * @throws InputError as `trainRun`, if another engine build computed so far, or another process works on it.
 */
export async function resumeRun(options: ResumeOptions): Promise<TrainResult> {
  const { files, run } = options;
  const result = await (await RunFolder.open(files, run)).readResult();
  return result === undefined ? goOn(options, finish) : resultAgain(result as TrainResult, run);
}

/**
 * Trains a run, which is begun if it is not there, to the end of an epoch, and leaves it there: what is trained later goes
 * on to the numbers of a run without a pause. No test data are read.
 * @throws as `trainRun` and `resumeRun`.
 */
export async function trainUntil(options: TrainOptions & ResumeOptions, epoch: number): Promise<void> {
  const begun = (await options.files.kind(options.files.join(options.out, 'config.yaml'))) === 'file';
  const train = async (sitting: Sitting) => {
    await trainOn(sitting, epoch);
  };
  return begun ? goOn(options, train) : begin(options, train);
}

async function begin<Result>(options: TrainOptions, use: (sitting: Sitting) => Promise<Result>): Promise<Result> {
  const { files, out } = options;
  const started = performance.now();
  const given = checkConfiguration(options.settings, 'settings');
  const source = await sourceOf(given, files, options.parts ?? {});
  const collected = await collectParts(inheritSettings(given, source), options.parts ?? {}, source?.parts);
  const settings = completeConfiguration(collected.settings, collected.parts);
  const asWritten = await prepare(settings, collected.parts, files, undefined, source);
  // Trained from its graphs, as it will be resumed: to the same bits.
  const parts = tracedParts(settings, collected.parts, asWritten.model);
  const prepared = { ...asWritten, model: buildConfigured(settings, parts, sizesOf(asWritten.preprocessing)) };
  // Weights that do not fit are refused before there is a folder.
  startParameters(prepared.model, settings.seed, prepared.preprocessing.classes, source);
  if (source !== null) options.onNote?.(describeStart(prepared.preprocessing, source));
  for (const name of silentNoise(prepared.model))
    options.onNote?.(`noise ${name} draws nothing: its amplitudes are all zero, and training goes on without noise`);
  for (const note of prepared.notes) options.onNote?.(note);
  return withEngine(settings, options, async (engine) => {
    const { name, build, precision, threads } = engine;
    const environment = {
      ...options.environment,
      created: new Date().toISOString(),
      engine: { name, build, precision, threads },
      data: { train: prepared.train.rows, validation: prepared.validation.rows },
    };
    await RunFolder.checkFree(files, out);
    await files.makeFolder(out);
    return withRunClaim(files, out, async (claim) => {
      const { modules } = options.parts ?? {};
      const pathOf = (absolute: string) => modules?.relative(out, absolute) ?? absolute;
      const kept = parts.own.length === 0 ? null : partsDocument(parts.own, pathOf);
      const config = documentOf(settings, prepared);
      const folder = await RunFolder.create(files, out, { config, environment, parts: kept });
      folder.guard(claim);
      await writeCard(files, folder, parts);
      return use({ options, settings, prepared, engine, folder, parts, source, state: null, before: 0, started });
    });
  });
}

async function goOn<Result>(options: ResumeOptions, use: (sitting: Sitting) => Promise<Result>): Promise<Result> {
  const { files, run } = options;
  const started = performance.now();
  const folder = await RunFolder.open(files, run);
  const document = readRunDocument(await folder.readConfig(), run);
  const { settings, origin } = document;
  if (origin === 'imported') throw new InputError(`${run} was imported, not trained here: there is nothing to resume`);
  const parts = await partsOfFolder(folder, document, options.parts ?? {});
  const prepared = await prepare(settings, parts, files, document);
  const threads = options.threads ?? settings.threads;
  return withEngine({ ...settings, threads }, options, (engine) =>
    withRunClaim(files, run, async (claim) => {
      folder.guard(claim);
      await folder.removeRemnants();
      const bytes = await folder.readCheckpoint('last');
      const state = bytes === undefined ? null : decodeState(bytes);
      if (state !== null && state.build !== engine.build && !options.allowOtherEngine)
        throw new InputError(
          `${run} was computed by engine build ${state.build}, and this is ${engine.build}: it would not go on to the same ` +
            'numbers. Use the same engine, or allow another (--allow-other-engine).',
        );
      const kept = await folder.truncateMetrics(state?.position.epoch ?? 0);
      const before = kept.reduce((total, { seconds }) => total + Number(seconds ?? 0), 0);
      // Killed before its first checkpoint, a run has yet to start from where it was to.
      const source = state === null ? await sourceOf(settings, files, options.parts ?? {}) : null;
      return use({ options, settings, prepared, engine, folder, parts, source, state, before, started });
    }),
  );
}

/** JSON has no NaN: an accuracy that was none is null in the file. */
function resultAgain(result: TrainResult, run: string): TrainResult {
  const known = <Scores extends { readonly accuracy: number | null }>(scores: Scores) => ({
    ...scores,
    accuracy: scores.accuracy ?? Number.NaN,
  });
  return { ...result, run, validation: known(result.validation), test: result.test && known(result.test) };
}

/** Opens the engine that the settings ask for, and closes it after use. */
export async function withEngine<Result>(
  { engine: choice, threads }: Pick<Configuration, 'engine' | 'threads'>,
  { cores = 1, onNote, signal }: RunOptions,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await openEngine(choice, threads === 'auto' ? cores : threads, (message) => onNote?.(message));
  try {
    return await use(interruptible(engine, signal));
  } finally {
    await engine.close();
  }
}
