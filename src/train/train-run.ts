/** A run in a folder: started, killed at any instant, resumed, finished. */

import type { Engine } from '../engine/engine.js';
import { openEngine } from '../engine/open-engine.js';
import { InputError } from '../errors.js';
import { fitTemperature, type Temperature } from '../metrics/index.js';
import { createObjective } from '../model/index.js';
import type { Files } from '../platform/files.js';
import { estimatesOf } from './answers.js';
import { builtInCells, type CellResolver, type Cells, resolveCells } from './build.js';
import { writeCard } from './card/write-card.js';
import { type Configuration, checkConfiguration, type GivenConfiguration } from './configuration.js';
import { completeConfiguration } from './defaults.js';
import { describeStart, inheritSettings, sourceOf, startParameters } from './fine-tune.js';
import { type FitProgress, fitModel, startPosition } from './fit.js';
import type { LoadedRun } from './load-run.js';
import { createOptimiser } from './optimisers/index.js';
import { type Prepared, prepare, prepareTest } from './prepare.js';
import { type RunDocument, readRunDocument } from './run-document.js';
import { RunFolder } from './run-folder.js';
import { decodeState, encodeState, type RunState } from './run-state.js';
import { type Score, score } from './score.js';
import { testRowsOf } from './test-rows.js';
import type { TrainResult } from './train-result.js';
import { TrainingError } from './training-error.js';

export interface RunOptions {
  readonly files: Files;
  /** Finds the cell of the `model` setting; the built-in ones unless given. */
  readonly resolveCell?: CellResolver | undefined;
  /** What `threads: auto` stands for; 1 unless given. */
  readonly cores?: number | undefined;
  /** Versions and machine, kept in `environment.json` for the record. */
  readonly environment?: Readonly<Record<string, unknown>> | undefined;
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
  /** Told what a user should know, such as that another engine had to be taken. */
  readonly onNote?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

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
  const { files, resolveCell = builtInCells } = options;
  const started = performance.now();
  const given = checkConfiguration(options.settings, 'settings');
  const source = await sourceOf(given, files, resolveCell);
  const wanted = inheritSettings(given, source);
  const cells = await resolveCells(wanted, resolveCell);
  const settings = completeConfiguration(wanted, cells);
  const prepared = await prepare(settings, cells, files, undefined, source);
  // Weights that do not fit are refused before there is a folder.
  startParameters(prepared.model, settings.seed, prepared.preprocessing.classes, source);
  if (source !== null) options.onNote?.(describeStart(prepared.preprocessing, source));
  return withEngine(settings, options, async (engine) => {
    const config = documentOf(settings, prepared);
    const { name, build, precision, threads } = engine;
    const environment = {
      ...options.environment,
      created: new Date().toISOString(),
      engine: { name, build, precision, threads },
      data: { train: prepared.train.rows, validation: prepared.validation.rows },
    };
    const folder = await RunFolder.create(files, options.out, { config, environment });
    await writeCard(files, folder, cells);
    return finish({ options, settings, prepared, engine, folder, cells, source, state: null, before: 0, started });
  });
}

/**
 * Goes on with a run to the numbers it would have had without a break; a run that is done gives its result again.
 * @throws InputError as `trainRun`, and if another engine build computed so far.
 */
export async function resumeRun(options: ResumeOptions): Promise<TrainResult> {
  const { files, run, resolveCell = builtInCells } = options;
  const started = performance.now();
  const folder = await RunFolder.open(files, run);
  const { settings, preprocessing, origin } = readRunDocument(await folder.readConfig(), run);
  if (origin === 'imported') throw new InputError(`${run} was imported, not trained here: there is nothing to resume`);
  const result = await folder.readResult();
  if (result !== undefined) return resultAgain(result as TrainResult, run);
  const cells = await resolveCells(settings, resolveCell);
  const prepared = await prepare(settings, cells, files, preprocessing);
  const threads = options.threads ?? settings.threads;
  return withEngine({ ...settings, threads }, options, async (engine) => {
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
    const source = state === null ? await sourceOf(settings, files, resolveCell) : null;
    return finish({ options, settings, prepared, engine, folder, cells, source, state, before, started });
  });
}

function documentOf(settings: Configuration, { preprocessing }: Prepared): RunDocument {
  return { format: 'noisy-rnn/run', version: 1, origin: 'trained', settings, preprocessing };
}

/** JSON has no NaN: an accuracy that was none is null in the file. */
function resultAgain(result: TrainResult, run: string): TrainResult {
  const known = <Scores extends { readonly accuracy: number | null }>(scores: Scores) => ({
    ...scores,
    accuracy: scores.accuracy ?? Number.NaN,
  });
  return { ...result, run, validation: known(result.validation), test: result.test && known(result.test) };
}

interface Sitting {
  readonly options: RunOptions;
  readonly settings: Configuration;
  readonly prepared: Prepared;
  readonly engine: Engine;
  readonly folder: RunFolder;
  readonly cells: Cells;
  /** The run that training starts from. */
  readonly source: LoadedRun | null;
  readonly state: RunState | null;
  /** Seconds of earlier sittings. */
  readonly before: number;
  readonly started: number;
}

async function finish(sitting: Sitting): Promise<TrainResult> {
  const { options, settings, prepared, engine, folder, source, state } = sitting;
  const { model, preprocessing } = prepared;
  const float32 = engine.precision === 'float32';
  const objective = createObjective(model, engine);
  const optimiser = createOptimiser(prepared.optimiser, { roundToFloat32: float32 });
  const parameters = state?.parameters ?? startParameters(model, settings.seed, preprocessing.classes, source);
  if (float32) for (const { data } of Object.values(parameters)) data.set(Float32Array.from(data));
  if (state !== null) optimiser.load(state.optimiser);
  const position = state?.position ?? startPosition();
  const save = (isBest: boolean) => folder.saveCheckpoint(encodeState(parameters, optimiser, position, engine), isBest);
  if (state === null) await save(false);
  try {
    await fitModel({
      ...prepared,
      objective,
      optimiser,
      settings,
      parameters,
      position,
      onEpoch: (metrics) => folder.appendMetrics(metrics),
      save,
      onProgress: options.onProgress,
      signal: options.signal,
    });
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    throw new TrainingError(`${error.message} The last good checkpoint is kept in ${folder.path}.`);
  }

  const best = await folder.readCheckpoint('best');
  const { best: chosen } = position;
  if (best === undefined || chosen === null)
    throw new InputError(`${folder.path}: checkpoints/best.safetensors is missing; start the run anew`);
  const test = await prepareTest(settings, options.files, preprocessing);
  const kept = decodeState(best).parameters;
  const scoring = { signal: options.signal, targets: preprocessing.targets };
  const scored = test && (await score(objective, kept, test.data, scoring));
  const temperature = calibrated(await score(objective, kept, prepared.validation, scoring));
  if (temperature?.converged)
    await folder.replaceConfig({ ...documentOf(settings, prepared), temperature: temperature.temperature });
  const result: TrainResult = {
    run: folder.path,
    epochs: position.epoch,
    stoppedEarly: position.epoch < settings.epochs,
    bestEpoch: chosen.epoch,
    validation: {
      accuracy: chosen.validationAccuracy,
      loss: chosen.validationLoss,
      metrics: chosen.validationMetrics,
    },
    test: scored && {
      accuracy: scored.accuracy,
      loss: scored.loss,
      count: scored.count,
      metrics: estimatesOf(scored.answers),
    },
    temperature,
    seconds: sitting.before + (performance.now() - sitting.started) / 1000,
    engine: engine.name,
    threads: engine.threads,
    parameters: model.size,
  };
  if (test !== null) await folder.writeTestRows(testRowsOf(test.table, scored!));
  await writeCard(options.files, folder, sitting.cells, result);
  await folder.writeResult(result);
  return result;
}

function calibrated({ answers }: Score): Temperature | null {
  return answers.kind === 'classes' ? fitTemperature(answers.of) : null;
}

/** Opens the engine that the settings ask for, and closes it after use. */
export async function withEngine<Result>(
  { engine: choice, threads }: Pick<Configuration, 'engine' | 'threads'>,
  { cores = 1, onNote }: RunOptions,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await openEngine(choice, threads === 'auto' ? cores : threads, (reason) =>
    onNote?.(`the WebAssembly engine is not available (${reason}); using the slower reference engine`),
  );
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}
