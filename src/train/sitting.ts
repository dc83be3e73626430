/** One sitting at a run: from the state it is found in to its last epoch, and to its result. */
import { streamHorizon } from '../analysis/horizon/index.js';
import type { Engine } from '../engine/engine.js';
import { InputError } from '../errors.js';
import { objectiveOf } from '../filter/index.js';
import { fitTemperature, type Temperature } from '../metrics/index.js';
import type { Objective } from '../model/index.js';
import { estimatesOf, targetFigures } from './answers.js';
import { writeCard } from './card/write-card.js';
import type { Configuration } from './configuration.js';
import { startParameters } from './fine-tune.js';
import { fitModel, type Position, startPosition } from './fit.js';
import type { LoadedRun } from './load-run.js';
import { createOptimiser } from './optimisers/index.js';
import type { Parts } from './parts/parts.js';
import { type Prepared, prepareTest } from './prepare.js';
import type { RunDocument } from './run-document.js';
import type { RunFolder } from './run-folder.js';
import type { RunOptions } from './run-options.js';
import { decodeState, encodeState, type RunState } from './run-state.js';
import { type Score, score } from './score.js';
import { testRowsOf } from './test-rows.js';
import type { TrainResult } from './train-result.js';
import { TrainingError } from './training-error.js';

export interface Sitting {
  readonly options: RunOptions;
  readonly settings: Configuration;
  readonly prepared: Prepared;
  readonly engine: Engine;
  readonly folder: RunFolder;
  readonly parts: Parts;
  /** The run that training starts from. */
  readonly source: LoadedRun | null;
  readonly state: RunState | null;
  /** Seconds of earlier sittings. */
  readonly before: number;
  readonly started: number;
}

export interface Trained {
  readonly objective: Objective;
  readonly position: Position;
}

export function documentOf(settings: Configuration, { preprocessing, schema }: Prepared): RunDocument {
  return { format: 'noisy-rnn/run', version: 1, origin: 'trained', settings, preprocessing, ...(schema && { schema }) };
}

/**
 * Trains to the last epoch, or to the end of epoch `until`.
 * @throws as `fitModel`.
 */
export async function trainOn(sitting: Sitting, until?: number): Promise<Trained> {
  const { options, settings, prepared, engine, folder, source, state } = sitting;
  const { model, preprocessing } = prepared;
  const float32 = engine.precision === 'float32';
  const objective = objectiveOf(model, engine);
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
      until,
      onEpoch: (metrics) => folder.appendMetrics(metrics),
      save,
      onProgress: options.onProgress,
      signal: options.signal,
    });
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    throw new TrainingError(`${error.message} The last good checkpoint is kept in ${folder.path}.`);
  }
  return { objective, position };
}

/** What stands after the last epoch: the test, read once, the temperature, the card and the result. */
export async function finish(sitting: Sitting): Promise<TrainResult> {
  const { objective, position } = await trainOn(sitting);
  const { options, settings, prepared, engine, folder } = sitting;
  const { model, preprocessing } = prepared;
  const best = await folder.readCheckpoint('best');
  const { best: chosen } = position;
  if (best === undefined || chosen === null)
    throw new InputError(`${folder.path}: checkpoints/best.safetensors is missing; start the run anew`);
  const test = await prepareTest(settings, options.files, prepared);
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
      ...(settings.task === 'regress' &&
        scored.answers.kind === 'values' && { targets: targetFigures(scored.answers.of, settings.targetColumns) }),
    },
    temperature,
    // A generator is followed by its filter, which has a state of its own.
    stream: ['generate', 'recognise'].includes(settings.task)
      ? null
      : await streamHorizon(model, kept, preprocessing, engine),
    seconds: sitting.before + (performance.now() - sitting.started) / 1000,
    engine: engine.name,
    threads: engine.threads,
    parameters: model.size,
  };
  if (test !== null) await folder.writeTestRows(testRowsOf(test.table, scored!));
  await writeCard(options.files, folder, sitting.parts, result);
  await folder.writeResult(result);
  return result;
}

function calibrated({ answers }: Score): Temperature | null {
  return answers.kind === 'classes' ? fitTemperature(answers.of) : null;
}
