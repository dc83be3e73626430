/** A trained model in a program: predicts whole series and follows live streams, raw units in, labels out. */
import { needsTimes, type Preprocessing, splitAtGaps, type TimeScale } from '../data/index.js';
import type { Engine } from '../engine/engine.js';
import { type EngineChoice, openEngine } from '../engine/open-engine.js';
import { InputError } from '../errors.js';
import { objectiveOf } from '../filter/index.js';
import type { Tensors } from '../graph/index.js';
import type { Model, Objective } from '../model/index.js';
import type { Configuration } from '../train/configuration.js';
import { type LoadedRun, temperatureOf } from '../train/load-run.js';
import { type Predictions, predict } from '../train/predict.js';
import type { ScoreOptions } from '../train/score.js';
import { taskOf } from '../train/task-settings.js';
import { createFilterStream, type FilterStream } from './filter-stream.js';
import { generatorRun } from './generator-run.js';
import { type NumberList, type SeriesBatch, type SeriesTimes, tableOf } from './series.js';
import { createStream, ownChannels, type StepOptions, type Stream } from './stream.js';
import { type WindowedStream, type WindowOptions, windowed } from './windows.js';

export interface RunModel extends Stream {
  /** Where it was loaded from. */
  readonly path: string;
  /** Class labels as written in the training data, in the order of the probabilities. */
  readonly classes: readonly string[];
  /** Numbers a time step has. */
  readonly channels: number;
  /** What a time step of the training data was, and whether the model follows times; null where nothing said. */
  readonly time: TimeScale | null;
  readonly settings: Configuration;
  readonly preprocessing: Preprocessing;
  /** For the functions below this one: objective, analysis, attacks. */
  readonly model: Model;
  readonly parameters: Tensors;
  /** Fitted on validation data when training was done; what `calibrated` divides logits by. */
  readonly temperature?: number | undefined;
  readonly origin: LoadedRun['origin'];
  /**
   * Predicts each series after its own last step, noise off. The first call opens the engine.
   * @param batch one series, or many of any lengths, in the raw units of the training data.
   * @throws InputError for values that are not finite, or another number of channels than the training data's.
   */
  predict(batch: SeriesBatch, options?: PredictOptions): Promise<Predictions>;
  /**
   * Zero, or what was learnt, for so many streams side by side; 1 unless given.
   * @throws InputError for a model that reads its sequences backwards too.
   */
  initialState(rows?: number): ReturnType<Stream['initialState']>;
  /**
   * One time step, noise off: the same numbers as `predict` on the series so far, within the rounding of the engine.
   * @param x a number, or [channels]; for several rows [rows × channels] or [rows][channels]. Raw units.
   * @param options.dt time since the step before, in the unit of the training data: needed by a run trained on uneven times.
   * @returns the state for the next step (the one given stays as it is) and the output.
   * @throws InputError for another count of values, one that is not finite, or a state of another model.
   */
  step(
    state: Parameters<Stream['step']>[0],
    x: Parameters<Stream['step']>[1],
    options?: StepOptions,
  ): ReturnType<Stream['step']>;
  /**
   * Follows one stream as a generator: state, interval, surprise and class posterior at every observation, in float64.
   * @throws InputError for a run that was not trained with --task generate or recognise.
   */
  filter(): FilterStream;
  /**
   * Follows a stream without end, starting anew at the end of every window: see the model card for how long one can go on.
   * @throws InputError for a window or overlap that cannot be, or a model that reads its sequences backwards too.
   */
  stream(options: WindowOptions): WindowedStream;
  /** Gives the engine's threads and memory back; the model predicts no more. */
  close(): Promise<void>;
}

export interface PredictOptions extends ScoreOptions {
  /**
   * When each step was, in the unit of the training data: a list for one series, a list of lists for many. Needed by a run
   * that was trained on uneven times, unless the batch is a table that has its own.
   */
  readonly times?: SeriesTimes | undefined;
}

/** A run that was trained on times: the type checker asks for `dt`. See `followsTimes`. */
export interface TimedRunModel extends RunModel {
  readonly time: TimeScale;
  step(
    state: Parameters<Stream['step']>[0],
    x: Parameters<Stream['step']>[1],
    options: StepOptions & { readonly dt: number | NumberList },
  ): ReturnType<Stream['step']>;
}

/** Whether each step of the model needs the time since the one before. */
export function followsTimes(model: RunModel): model is TimedRunModel {
  return needsTimes(model.time);
}

export interface EngineChoiceOptions {
  /** `auto` unless given. */
  readonly engine?: EngineChoice | undefined;
  /** 1 unless given: one thread answers single rows soonest. Results do not depend on it. */
  readonly threads?: number | undefined;
}

export interface RunModelOptions extends EngineChoiceOptions {
  /** Probabilities at the run's temperature, fitted on its validation data; as the model gives them unless true. */
  readonly calibrated?: boolean | undefined;
}

/** @throws InputError if calibrated probabilities are asked for and the run has no temperature. */
export function createRunModel(run: LoadedRun, options: RunModelOptions = {}): RunModel {
  const { engine: choice = 'auto', threads = 1, calibrated = false } = options;
  const temperature = temperatureOf(run, calibrated);
  const { path, settings, preprocessing, model, parameters, origin } = run;
  const channels = ownChannels(preprocessing);
  const time = preprocessing.time ?? null;
  let opened: Promise<{ engine: Engine; objective: Objective }> | undefined;
  let stream: Stream | undefined;
  let closed = false;
  const checkOpen = () => {
    if (closed) throw new InputError(`${path}: the model was closed; load it again`);
  };
  const open = async () => {
    const engine = await openEngine(choice, threads);
    return { engine, objective: objectiveOf(model, engine) };
  };
  const streaming = (): Stream => {
    checkOpen();
    stream ??= createStream(run, temperature);
    return stream;
  };
  return {
    ...{ path, settings, preprocessing, model, parameters, origin },
    temperature: run.temperature,
    classes: preprocessing.classes,
    ...{ channels, time },
    async predict(batch, options) {
      checkOpen();
      const { times, ...how } = options ?? {};
      const table = splitAtGaps(tableOf(batch, channels, times, time?.unit), time);
      if (needsTimes(time) && !table.times)
        throw new InputError(
          'predict: the run was trained on times, and needs those of each series: predict(series, { times }), in ' +
            `${time!.unit ?? "the training data's unit"} (median step ${time!.median})`,
        );
      opened ??= open();
      const { objective } = await opened;
      // A recurrent network takes any length, whatever the length of its training data.
      const task = taskOf(settings);
      return predict(
        { objective, parameters, preprocessing: { ...preprocessing, steps: 0 }, task, temperature },
        table,
        how,
      );
    },
    initialState: (rows) => streaming().initialState(rows),
    filter() {
      checkOpen();
      return createFilterStream(generatorRun(run));
    },
    step: (state, x, options) => streaming().step(state, x, options),
    stream: (options) => windowed(streaming(), options),
    async close() {
      closed = true;
      await (await opened)?.engine.close();
    },
  };
}
