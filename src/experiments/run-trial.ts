/** Trains one candidate of a search from one seed, in memory, and keeps its validation accuracy: test data are not read. */
import { type GivenConfiguration, TrainingError } from '../train/index.js';
import { builtInParts } from '../train/parts/parts.js';
import { prepare } from '../train/prepare.js';
import { complete, printable } from './identity.js';
import type { Trial } from './part.js';
import { trainPart } from './train-part.js';
import type { TrainingContext } from './trained-run.js';

/** Plain data, so that another thread may compute it. */
export interface TrialTask {
  readonly label: string;
  /** Seed included. */
  readonly settings: GivenConfiguration;
}

export async function runTrial(
  { label, settings: given }: TrialTask,
  { engine, files, onProgress, signal }: TrainingContext,
): Promise<Trial> {
  const started = performance.now();
  const settings = complete(given);
  const prepared = await prepare(settings, builtInParts, files);
  const best = await trainPart(settings, prepared, engine, {
    onProgress: ({ fraction, epoch, epochs }) => onProgress(fraction, `${label}: epoch ${epoch} of ${epochs}`),
    signal,
  })
    .then(({ curve, bestEpoch }) => curve.find(({ epoch }) => epoch === bestEpoch))
    .catch((error: unknown) => {
      // A candidate that diverges has lost; the search goes on.
      if (error instanceof TrainingError) return undefined;
      throw error;
    });
  return {
    format: 'noisy-rnn/study-trial',
    version: 1,
    settings: printable(settings),
    seed: settings.seed,
    build: engine.build,
    accuracy: best?.validationAccuracy ?? 0,
    loss: best?.validationLoss ?? null,
    seconds: (performance.now() - started) / 1000,
  };
}
