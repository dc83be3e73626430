/** What a training run would be, measured by a few real steps of it; nothing is written. */
import { selectRows } from '../data/index.js';
import { objectiveOf } from '../filter/index.js';
import { initialise } from '../model/index.js';
import { type Configuration, checkConfiguration } from './configuration.js';
import { completeConfiguration } from './defaults.js';
import { fitModel, startPosition } from './fit.js';
import { createOptimiser } from './optimisers/index.js';
import { collectParts } from './parts/collect.js';
import { prepare } from './prepare.js';
import { score } from './score.js';
import { type TrainOptions, withEngine } from './train-run.js';
import { InterruptedError } from './training-error.js';

export interface Plan {
  /** Complete: what was given, and the defaults of the rest. */
  readonly settings: Configuration;
  readonly data: {
    readonly name: string;
    readonly train: number;
    readonly validation: number;
    /** Of the longest training row. */
    readonly steps: number;
    readonly channels: number;
    readonly classes: number;
  };
  /** Number of scalar parameters. */
  readonly parameters: number;
  readonly engine: string;
  readonly threads: number;
  readonly epochs: number;
  /** Updates of the parameters in an epoch. */
  readonly updatesPerEpoch: number;
  /** Median of the steps measured. */
  readonly secondsPerUpdate: number;
  /** Steps measured, after one that warms up. */
  readonly measured: number;
  /** Of all epochs with their validation, as fast as it went now. */
  readonly seconds: number;
  /** Bytes of the process in memory after those steps; null where the runtime does not tell. */
  readonly residentBytes: number | null;
}

export interface PlanOptions extends Omit<TrainOptions, 'out'> {
  readonly residentBytes?: (() => number) | undefined;
}

const warmUp = 1;
const steps = 4;
const scoredRows = 256;

/** @throws InputError for unusable settings or data; TrainingError if the very first steps diverge. */
export async function planRun(options: PlanOptions): Promise<Plan> {
  const wanted = checkConfiguration(options.settings, 'settings');
  const { settings: given, parts } = await collectParts(wanted, options.parts ?? {});
  const settings = completeConfiguration(given, parts);
  const prepared = await prepare(settings, parts, options.files);
  const { train, validation, model, preprocessing } = prepared;
  return withEngine(settings, options, async (engine) => {
    const objective = objectiveOf(model, engine);
    const parameters = initialise(model.parameters, settings.seed);
    const ends: number[] = [];
    const controller = new AbortController();
    const stop = () => controller.abort();
    options.signal?.addEventListener('abort', stop);
    try {
      await fitModel({
        ...prepared,
        ...{ objective, settings, parameters, position: startPosition() },
        optimiser: createOptimiser(prepared.optimiser, { roundToFloat32: false }),
        onEpoch: () => {},
        save: () => {},
        onProgress: () => {
          ends.push(performance.now());
          if (ends.length >= warmUp + steps) stop();
        },
        signal: controller.signal,
      });
    } catch (error) {
      if (!(error instanceof InterruptedError) || options.signal?.aborted) throw error;
    } finally {
      options.signal?.removeEventListener('abort', stop);
    }
    const times = ends
      .slice(warmUp)
      .map((end, index) => (end - ends[warmUp + index - 1]!) / 1000)
      .sort((a, b) => a - b);
    const secondsPerUpdate = times[Math.floor(times.length / 2)] ?? 0;
    const updatesPerEpoch = Math.ceil(train.rows / settings.batchSize);
    const started = performance.now();
    const rows = Uint32Array.from({ length: Math.min(scoredRows, validation.rows) }, (_, row) => row);
    await score(objective, parameters, selectRows(validation, rows));
    const secondsPerRow = (performance.now() - started) / 1000 / rows.length;
    return {
      settings,
      data: {
        ...{ name: settings.data, train: train.rows, validation: validation.rows, steps: train.steps },
        ...{ channels: train.channels, classes: preprocessing.classes.length },
      },
      ...{ parameters: model.size, engine: engine.name, threads: engine.threads, epochs: settings.epochs },
      ...{ updatesPerEpoch, secondsPerUpdate, measured: times.length },
      seconds: settings.epochs * (updatesPerEpoch * secondsPerUpdate + validation.rows * secondsPerRow),
      residentBytes: options.residentBytes?.() ?? null,
    };
  });
}
