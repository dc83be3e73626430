/** Between the trainer's position and the texts and numbers that a checkpoint keeps. */
import type { Engine } from '../engine/engine.js';
import { InputError } from '../errors.js';
import type { Tensor, Tensors } from '../graph/index.js';
import { metricNames } from '../metrics/index.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import type { Best, Position } from './fit.js';
import type { Optimiser } from './optimisers/index.js';

export interface RunState {
  readonly parameters: Record<string, Tensor>;
  readonly optimiser: Tensors;
  readonly position: Position;
  /** Of the engine that computed it. */
  readonly build: string;
}

/** Before the names of the best epoch's metrics. */
const metricPrefix = 'bestMetric.';

type EngineIdentity = Pick<Engine, 'build' | 'precision'>;

export function encodeState(
  parameters: Tensors,
  optimiser: Pick<Optimiser, 'state'>,
  { best, ...position }: Position,
  { build, precision }: EngineIdentity,
): Uint8Array {
  const bestProgress: Record<string, number> =
    best === null
      ? {}
      : { bestEpoch: best.epoch, bestAccuracy: best.validationAccuracy, bestLoss: best.validationLoss };
  for (const [name, value] of Object.entries(best?.validationMetrics ?? {})) bestProgress[metricPrefix + name] = value;
  return encodeCheckpoint(
    { parameters, optimiser: optimiser.state(), progress: { ...position, ...bestProgress, build } },
    precision === 'float32' ? 'F32' : 'F64',
  );
}

/** @throws InputError if the bytes are not a run's checkpoint. */
export function decodeState(bytes: Uint8Array): RunState {
  const checkpoint = decodeCheckpoint(bytes);
  const { progress } = checkpoint;
  if (typeof progress.build !== 'string') throw new InputError('checkpoint: the engine build is missing');
  return {
    parameters: { ...checkpoint.parameters },
    optimiser: checkpoint.optimiser,
    position: {
      epoch: numberOf(progress, 'epoch'),
      batch: numberOf(progress, 'batch'),
      updates: numberOf(progress, 'updates'),
      lossSum: numberOf(progress, 'lossSum'),
      normSum: numberOf(progress, 'normSum'),
      best: bestOf(progress),
      // Runs from before early stopping have neither.
      reference: progress.reference === undefined ? Number.NEGATIVE_INFINITY : numberOf(progress, 'reference'),
      stale: progress.stale === undefined ? 0 : numberOf(progress, 'stale'),
    },
    build: progress.build,
  };
}

function bestOf(progress: Checkpoint['progress']): Best | null {
  if (progress.bestEpoch === undefined) return null;
  return {
    epoch: numberOf(progress, 'bestEpoch'),
    validationAccuracy: numberOf(progress, 'bestAccuracy'),
    validationLoss: numberOf(progress, 'bestLoss'),
    // Runs of the first version have none. In the table's order, so that a result does not tell where its run was cut off.
    validationMetrics: Object.fromEntries(
      metricNames
        .filter((name) => progress[metricPrefix + name] !== undefined)
        .map((name) => [name, numberOf(progress, metricPrefix + name)]),
    ),
  };
}

function numberOf(progress: Checkpoint['progress'], key: string): number {
  const value = progress[key];
  if (typeof value !== 'number') throw new InputError(`checkpoint: "${key}" is missing; it is not of a training run`);
  return value;
}
