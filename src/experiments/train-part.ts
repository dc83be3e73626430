/** Trains one model from one seed, in memory, and keeps the weights of the epoch that is best on the validation data. */
import type { Engine } from '../engine/engine.js';
import type { Tensor } from '../graph/index.js';
import { createObjective, initialise, type Objective } from '../model/index.js';
import type { EpochRecord } from '../result/study.js';
import { type Configuration, createOptimiser, type FitProgress, fitModel, startPosition } from '../train/index.js';
import type { Prepared } from '../train/prepare.js';

export interface TrainedPart {
  readonly objective: Objective;
  /** Of the best epoch. */
  readonly parameters: Record<string, Tensor>;
  readonly bestEpoch: number;
  readonly curve: EpochRecord[];
}

/** @throws TrainingError if it diverges. @throws InterruptedError once the signal is aborted. */
export async function trainPart(
  settings: Configuration,
  prepared: Prepared,
  engine: Engine,
  { onProgress, signal }: { onProgress: (progress: FitProgress) => void; signal: AbortSignal | undefined },
): Promise<TrainedPart> {
  const roundToFloat32 = engine.precision === 'float32';
  const objective = createObjective(prepared.model, engine);
  const optimiser = createOptimiser(prepared.optimiser, { roundToFloat32 });
  const parameters = initialise(prepared.model.parameters, settings.seed);
  if (roundToFloat32) for (const { data } of Object.values(parameters)) data.set(Float32Array.from(data));
  const position = startPosition();
  const curve: EpochRecord[] = [];
  let best = parameters;
  await fitModel({
    ...prepared,
    objective,
    optimiser,
    settings,
    parameters,
    position,
    onEpoch: ({ epoch, trainLoss, validationLoss, validationAccuracy }) => {
      curve.push({ epoch, trainLoss, validationLoss, validationAccuracy });
    },
    save: (isBest) => {
      if (isBest) best = structuredClone(parameters);
    },
    onProgress,
    signal,
  });
  return { objective, parameters: best, bestEpoch: position.best?.epoch ?? 0, curve };
}
