/** Predictions of a model for a whole data set, noise off, in batches. */
import { batchOf, type Dataset, range } from '../data/index.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import type { Batch, Objective } from '../model/index.js';
import { createBreather } from './breathe.js';

export interface ScoreOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the part done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

export interface Score {
  readonly accuracy: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly count: number;
  /** [rows], 1 where the prediction is right. */
  readonly correct: Uint8Array;
  /** [rows] */
  readonly losses: Float64Array;
}

/** Large enough to keep an engine busy, small enough that its sequences are no burden. */
const rowsAtOnce = 256;

/** Accuracy and loss of the rows with their labels. @throws InputError if they have none. */
export async function score(
  objective: Objective,
  parameters: Tensors,
  data: Dataset,
  options: ScoreOptions = {},
): Promise<Score> {
  const { labels, rows } = data;
  if (labels === null) throw new InputError(`${data.name}: has no labels, and a score needs them; see predict instead`);
  const correct = new Uint8Array(rows);
  const all = new Float64Array(rows);
  let total = 0;
  await inBatches(data, options, async (batch, start) => {
    const { losses, logits } = await objective.loss(parameters, batch);
    all.set(losses, start);
    for (let row = 0; row < batch.rows; row++) {
      total += losses[row]!;
      correct[start + row] = largestAt(finalLogits(objective, logits, batch, row)) === labels[start + row] ? 1 : 0;
    }
  });
  const accuracy = correct.reduce((sum, one) => sum + one, 0) / rows;
  return { accuracy, loss: total / rows, count: rows, correct, losses: all };
}

/** Logits after the last step, [rows][K]. */
export async function predictLogits(
  objective: Objective,
  parameters: Tensors,
  data: Dataset,
  options: ScoreOptions = {},
): Promise<Float64Array[]> {
  const all: Float64Array[] = [];
  await inBatches(data, options, async ({ labels: _, ...batch }) => {
    const logits = await objective.logits(parameters, batch);
    for (let row = 0; row < batch.rows; row++) all.push(finalLogits(objective, logits, batch, row).slice());
  });
  return all;
}

/** The index of the largest entry; the first of equals. */
export function largestAt(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

async function inBatches(
  data: Dataset,
  { signal, onProgress }: ScoreOptions,
  visit: (batch: Batch, start: number) => Promise<void>,
): Promise<void> {
  const breathe = createBreather();
  for (let start = 0; start < data.rows; start += rowsAtOnce) {
    signal?.throwIfAborted();
    await visit(batchOf(data, range(start, Math.min(data.rows, start + rowsAtOnce))), start);
    onProgress?.(Math.min(1, (start + rowsAtOnce) / data.rows));
    await breathe();
  }
}

/** The logits a row's prediction is made from: of its own last step, where the model reads out every step. */
function finalLogits({ model }: Objective, logits: Float64Array, batch: Batch, row: number): Float64Array {
  const { outputs, readout } = model.spec;
  const index = readout === 'last' ? row : row * batch.steps + (batch.lengths?.[row] ?? batch.steps) - 1;
  return logits.subarray(index * outputs, (index + 1) * outputs);
}
