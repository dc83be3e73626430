/**
 * The training loop. Everything random in it is a pure function of the seed and of the position (epoch, batch, number of
 * updates), so a state taken at any batch goes on to the very same numbers.
 */
import { batches, type Dataset, type Preprocessing, selectRows } from '../data/index.js';
import { createBreather } from '../engine/breathe.js';
import type { Tensor, Tensors } from '../graph/index.js';
import { drawsNoise, type Objective } from '../model/index.js';
import { deriveKey } from '../random/index.js';
import { metricsOf } from './answers.js';
import { type BatchGradient, createBatchGradient, type GradientSettings } from './batch-gradient.js';
import { clipByGlobalNorm, globalNorm } from './clip.js';
import { withInputNoise } from './input-noise.js';
import type { NoiseSchedule } from './noise-schedule.js';
import type { Optimiser, Rates } from './optimisers/index.js';
import type { Schedule } from './schedules/index.js';
import { type Score, score } from './score.js';
import { better, meritOf, type SelectionMetric } from './selection.js';
import { InterruptedError, TrainingError } from './training-error.js';
import { updateGradient } from './update-gradient.js';

/** The best epoch so far, by validation. */
export interface Best {
  readonly epoch: number;
  readonly validationAccuracy: number;
  readonly validationLoss: number;
  readonly validationMetrics: Readonly<Record<string, number>>;
}

/** Where training is: with the parameters and the optimiser's state, all that it depends on. */
export interface Position {
  /** Epochs completed. */
  epoch: number;
  /** Updates done of the epoch begun. */
  batch: number;
  /** Updates since the start: numbers the noise. */
  updates: number;
  /** Sum over the rows of the epoch begun. */
  lossSum: number;
  /** Sum over the updates of the epoch begun. */
  normSum: number;
  best: Best | null;
  /** What early stopping compares with: the selection metric, the higher the better, when it last improved. */
  reference: number;
  /** Epochs since then. */
  stale: number;
}

export const startPosition = (): Position => ({
  ...{ epoch: 0, batch: 0, updates: 0, lossSum: 0, normSum: 0, best: null },
  ...{ reference: Number.NEGATIVE_INFINITY, stale: 0 },
});

/** One line of `metrics.jsonl`; all but `seconds` is reproducible. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  /** Of what is minimised: with noise, or with the explicit regulariser, where those are on. */
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** NaN (null in files) where values are predicted. */
  readonly validationAccuracy: number;
  /** All that the task measures, by name. */
  readonly validationMetrics: Readonly<Record<string, number>>;
  /** Learning rate at the epoch's last update, before parameter groups. */
  readonly lr: number;
  /** What the noise was multiplied by at the epoch's last update; not there without a schedule. */
  readonly noiseScale?: number;
  /** Mean gradient norm over the epoch's updates, before clipping. */
  readonly gradientNorm: number;
  readonly seconds: number;
}

export interface FitProgress {
  /** Part of the whole run, 0 to 1. */
  readonly fraction: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Mean of the epoch so far. */
  readonly trainLoss: number;
  readonly best: Best | null;
}

export interface FitTask {
  readonly objective: Objective;
  readonly optimiser: Optimiser;
  readonly schedule: Schedule;
  readonly noiseSchedule: NoiseSchedule;
  readonly rateOf: (parameter: string) => Rates;
  /** Parameters that are not trained, nor counted in the gradient's norm. */
  readonly frozen: ReadonlySet<string>;
  readonly settings: GradientSettings & {
    readonly epochs: number;
    readonly batchSize: number;
    /** Batches whose gradients are averaged for one update. */
    readonly accumulate: number;
    /** Epochs without improvement by more than `minDelta` before training stops. */
    readonly patience: number | 'none';
    readonly minDelta: number;
    readonly seed: number;
    readonly lr: number;
    readonly clip: number | 'none';
    /** Standard deviation of white noise on the inputs, raw units; none unless given. */
    readonly inputNoise?: number | undefined;
    readonly selection: SelectionMetric;
    readonly checkpointEvery?: number | undefined;
  };
  readonly preprocessing: Pick<Preprocessing, 'scale' | 'targets' | 'time'>;
  readonly train: Dataset;
  readonly validation: Dataset;
  /** Changed in place. */
  readonly parameters: Record<string, Tensor>;
  /** Changed in place. */
  readonly position: Position;
  /** After each epoch, before `save`. */
  readonly onEpoch: (metrics: EpochMetrics) => void | Promise<void>;
  /** Keeps parameters, optimiser and position as they are now; `isBest`: the parameters are the best so far. */
  readonly save: (isBest: boolean) => void | Promise<void>;
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The last epoch of this sitting; that of the settings unless given. */
  readonly until?: number | undefined;
}

/**
 * Trains from the position to the last epoch.
 * @throws TrainingError if loss or gradient is not finite; what was saved before stays.
 * @throws InterruptedError after saving, once the signal is aborted.
 */
export async function fitModel(task: FitTask): Promise<void> {
  const { position, settings } = task;
  const gradientOf = createBatchGradient(task.objective, settings);
  const last = Math.min(settings.epochs, task.until ?? settings.epochs);
  while (position.epoch < last && !isStale(position, settings)) {
    const started = performance.now();
    await trainEpoch(task, gradientOf);
    const validation = await validate(task);
    const training = {
      trainLoss: position.lossSum / task.train.rows,
      lr: settings.lr * rateFactor(task, position.batch - 1, position.batch),
      ...noiseOf(task, position.updates - 1),
      gradientNorm: position.normSum / position.batch,
    };
    Object.assign(position, { epoch: position.epoch + 1, batch: 0, lossSum: 0, normSum: 0 });
    const scores = {
      validationAccuracy: validation.accuracy,
      validationLoss: validation.loss,
      validationMetrics: metricsOf(validation.answers),
    };
    const isBest = better(scores, position.best ?? undefined, settings.selection);
    if (isBest) position.best = { epoch: position.epoch, ...scores };
    watch(position, meritOf(scores, settings.selection), settings.minDelta);
    const seconds = (performance.now() - started) / 1000;
    await task.onEpoch({ epoch: position.epoch, ...training, ...scores, seconds });
    await task.save(isBest);
  }
}

/** Whether training has stopped early: for so many epochs as patience says nothing has improved. */
export function isStale({ stale }: Position, { patience }: { readonly patience: number | 'none' }): boolean {
  return patience !== 'none' && stale >= patience;
}

/** Takes note of an epoch's merit. One that is NaN is no improvement. */
function watch(position: Position, merit: number, minDelta: number): void {
  if (merit > position.reference + minDelta) Object.assign(position, { reference: merit, stale: 0 });
  else position.stale += 1;
}

async function trainEpoch(task: FitTask, gradientOf: BatchGradient): Promise<void> {
  const { position, settings, train } = task;
  const together = settings.batchSize * settings.accumulate;
  const order = batches(train.rows, together, settings.seed, position.epoch);
  const breathe = createBreather();
  while (position.batch < order.length) {
    await breathe();
    if (task.signal?.aborted) await interrupt(task);
    try {
      await update(task, gradientOf, order[position.batch]!, rateFactor(task, position.batch, order.length));
    } catch (error) {
      // The parameters are changed at the very end of an update: cut short, it has not been.
      if (task.signal?.aborted) await interrupt(task);
      throw error;
    }
    position.batch += 1;
    position.updates += 1;
    task.onProgress?.({
      fraction: (position.epoch + position.batch / order.length) / settings.epochs,
      epoch: position.epoch + 1,
      epochs: settings.epochs,
      trainLoss: position.lossSum / Math.min(train.rows, position.batch * together),
      best: position.best,
    });
    const { checkpointEvery } = settings;
    const midEpoch = position.batch < order.length;
    if (checkpointEvery !== undefined && midEpoch && position.updates % checkpointEvery === 0) await task.save(false);
  }
}

/** What the noise is multiplied by at an update of the epoch begun, under the name it has in the metrics. */
function noiseOf({ noiseSchedule, position, settings }: FitTask, updates: number): { noiseScale?: number } {
  const scale = noiseSchedule({ epoch: position.epoch, epochs: settings.epochs, updates });
  return scale === undefined ? {} : { noiseScale: scale };
}

/** What the schedule multiplies the learning rate by at a batch of the epoch begun. */
function rateFactor({ schedule, position, settings }: FitTask, batch: number, count: number): number {
  return schedule.factor({ epoch: position.epoch, epochs: settings.epochs, fraction: batch / count });
}

/** One update of the parameters. */
async function update(task: FitTask, gradientOf: BatchGradient, rows: Uint32Array, factor: number): Promise<void> {
  const { objective, optimiser, parameters, position, rateOf, settings, train } = task;
  const chosen = selectRows(train, rows);
  const { seed, inputNoise = 0 } = settings;
  const inputs = withInputNoise(chosen.inputs, inputNoise, noiseUnits(task.preprocessing), seed, position.updates);
  const key = deriveKey(settings.seed, 'noise', position.updates);
  const { noiseScale: scale } = noiseOf(task, position.updates);
  const noise = drawsNoise(objective.model) ? { key, scale, samples: rows } : undefined;
  const data = { ...chosen, inputs };
  const { loss, gradient } = await updateGradient(gradientOf, parameters, data, settings.batchSize, noise);
  for (const name of task.frozen) gradient[name]!.data.fill(0);
  const norm = clipped(gradient, settings.clip);
  if (!Number.isFinite(loss) || !Number.isFinite(norm))
    throw diverged(task, `the loss is ${loss}, its gradient's norm ${norm}`);
  optimiser.step(parameters, gradient, (name) => {
    if (task.frozen.has(name)) return { lr: 0, weightDecay: 0 };
    const { lr, weightDecay } = rateOf(name);
    return { lr: lr * factor, weightDecay };
  });
  position.lossSum += loss * rows.length;
  position.normSum += norm;
}

function clipped(gradient: Tensors, clip: number | 'none'): number {
  return clip === 'none' ? globalNorm(gradient) : clipByGlobalNorm(gradient, clip).norm;
}

async function validate(task: FitTask): Promise<Score> {
  try {
    const result = await score(task.objective, task.parameters, task.validation, {
      signal: task.signal,
      targets: task.preprocessing.targets,
    });
    if (!Number.isFinite(result.loss)) throw diverged(task, `the validation loss is ${result.loss}`);
    return result;
  } catch (error) {
    if (task.signal?.aborted) await interrupt(task);
    throw error;
  }
}

async function interrupt(task: FitTask): Promise<never> {
  await task.save(false);
  const { epoch, batch } = task.position;
  throw new InterruptedError(`stopped after ${epoch} epochs and ${batch} batches, all saved`);
}

function diverged({ position }: FitTask, what: string): TrainingError {
  return new TrainingError(
    `training diverged in epoch ${position.epoch + 1}, batch ${position.batch + 1}: ${what}. ` +
      'Try a smaller learning rate (--lr), a smaller step size (--delta), less noise or clipping (--clip 1).',
  );
}

/** What noise on the inputs is divided by; the time since the step before is none of the data's channels. */
function noiseUnits({ scale, time }: FitTask['preprocessing']): number[] {
  return time?.channel ? [...scale.slice(0, -1), Number.POSITIVE_INFINITY] : scale;
}
