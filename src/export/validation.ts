/** A network and a rounded copy of it on the run's own validation rows. */
import { applyPreprocessing, batchOf, type Dataset, loadSplits, range } from '../data/index.js';
import type { Engine } from '../engine/engine.js';
import { InputError } from '../errors.js';
import { softmax } from '../metrics/index.js';
import type { Files } from '../platform/files.js';
import { gatherAnswers, metricsOf } from '../train/answers.js';
import { dataRequest } from '../train/data-request.js';
import type { LoadedRun } from '../train/load-run.js';
import { taskOf } from '../train/task-settings.js';
import { evaluateNetwork } from './evaluate-network.js';
import { type Network, networkOf } from './network.js';

export interface RoundingLoss {
  /** Validation rows. */
  readonly count: number;
  /** Accuracy, or of values the mean squared error; NaN where the rows do not ask. */
  readonly metric: 'accuracy' | 'meanSquaredError';
  readonly before: number;
  readonly after: number;
  /** Largest difference of a probability, or of a value in standard deviations of the training targets. */
  readonly largestDifference: number;
}

/** The validation rows as they were in training. @throws InputError if they are not to be had any more. */
export async function validationData({ settings, preprocessing, origin, path }: LoadedRun, files: Files) {
  if (origin === 'imported') throw new InputError(`${path} was imported and has no data of its own`);
  const { seed, limitTrain, readout } = settings;
  const { validation } = await loadSplits({ ...dataRequest(settings, files), seed, limitTrain });
  return applyPreprocessing(taskOf(settings).tableOf(validation, readout), preprocessing);
}

const rowsAtOnce = 256;

/** @param change the network with other weights. */
export async function roundingLoss(
  run: LoadedRun,
  data: Dataset,
  engine: Engine,
  change: (network: Network) => Network,
): Promise<RoundingLoss> {
  const values = run.preprocessing.targets ?? null;
  const gathered = [0, 1].map(() => gatherAnswers(run.model, data, values));
  const width = run.model.spec.outputs;
  let largestDifference = 0;
  for (let start = 0; start < data.rows; start += rowsAtOnce) {
    const batch = batchOf(data, range(start, Math.min(data.rows, start + rowsAtOnce)));
    const network = networkOf(run, { masked: batch.lengths !== undefined });
    const outputs = await Promise.all([network, change(network)].map((own) => evaluateNetwork(own, engine, batch)));
    for (const [which, own] of outputs.entries()) gathered[which]!.add(batch, start, own);
    const answers = (at: number) =>
      outputs.map((own) => {
        const logits = own.subarray(at, at + width);
        return values === null ? softmax(logits) : logits;
      });
    for (let at = 0; at < outputs[0]!.length; at += width) {
      const [before, after] = answers(at);
      for (let j = 0; j < width; j++)
        largestDifference = Math.max(largestDifference, Math.abs(before![j]! - after![j]!));
    }
  }
  const metric = values === null ? 'accuracy' : 'meanSquaredError';
  const [before, after] = gathered.map((own) => metricsOf(own.done())[metric] ?? Number.NaN);
  return { count: data.rows, metric, before: before!, after: after!, largestDifference };
}
