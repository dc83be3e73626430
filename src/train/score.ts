/** Answers of a model for a whole data set, noise off, in batches. */
import { batchOf, type Dataset, range, type TargetScaling } from '../data/index.js';
import { createBreather } from '../engine/breathe.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import { rightAnswers } from '../metrics/index.js';
import type { Batch, Noise, Objective } from '../model/index.js';
import { type Answers, asksEveryStep, gatherAnswers, lastReadout } from './answers.js';

export interface ScoreOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the part done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Of predictions; off unless given. Row i has the noise of sample i. */
  readonly noise?: Omit<NonNullable<Noise>, 'samples'> | undefined;
}

export interface ScoringOptions extends ScoreOptions {
  /** Of the targets, where values are predicted: metrics are in raw units. */
  readonly targets?: TargetScaling | null | undefined;
  /** What logits are divided by before metrics are taken (not the loss); 1 unless given. */
  readonly temperature?: number | undefined;
}

export interface Score {
  /** Share of right answers; NaN where values are predicted. */
  readonly accuracy: number;
  /** Mean over rows of what was trained on, noise off. */
  readonly loss: number;
  /** Rows. */
  readonly count: number;
  /** [rows], 1 where the prediction is right; null where a row is asked for more or other than one class. */
  readonly correct: Uint8Array | null;
  /** [rows] */
  readonly losses: Float64Array;
  readonly answers: Answers;
}

/** Large enough to keep an engine busy, small enough that its sequences are no burden. */
const rowsAtOnce = 256;

/** Scores the rows by what is asked of them. @throws InputError if nothing is. */
export async function score(
  objective: Objective,
  parameters: Tensors,
  data: Dataset,
  options: ScoringOptions = {},
): Promise<Score> {
  const { model } = objective;
  const { rows } = data;
  const values = model.spec.loss?.target === 'values';
  if (values ? data.targets === null : data.labels === null && data.stepLabels === null)
    throw new InputError(
      `${data.name}: has no ${values ? 'targets' : 'labels'}, and a score needs them; see predict instead`,
    );
  const losses = new Float64Array(rows);
  const gathering = gatherAnswers(model, data, options.targets ?? null, options.temperature);
  await inBatches(data, options, async (batch, start) => {
    const found = await objective.loss(parameters, batch);
    losses.set(found.losses, start);
    gathering.add(batch, start, found.logits);
  });
  const answers = gathering.done();
  const loss = losses.reduce((total, own) => total + own, 0) / rows;
  if (answers.kind === 'values') return { accuracy: Number.NaN, loss, count: rows, correct: null, losses, answers };
  const right = rightAnswers(answers.of);
  const accuracy = right.reduce((sum, one) => sum + one, 0) / right.length;
  const correct = asksEveryStep(model, data) ? null : right;
  return { accuracy, loss, count: rows, correct, losses, answers };
}

/** What the model puts out after each row's last step, [rows][K], and with `everyStep` at each step of it, [rows][steps][K]. */
export async function predictOutputs(
  objective: Objective,
  parameters: Tensors,
  data: Dataset,
  { everyStep = false, ...options }: ScoreOptions & { readonly everyStep?: boolean } = {},
): Promise<{ readonly last: Float64Array[]; readonly steps: Float64Array[][] }> {
  const { model } = objective;
  const { outputs: width } = model.spec;
  const last: Float64Array[] = [];
  const steps: Float64Array[][] = [];
  const asked = { ...data, labels: null, stepLabels: null, targets: null };
  await inBatches(asked, options, async (batch, start) => {
    const noise = options.noise && { ...options.noise, samples: range(start, start + batch.rows) };
    const outputs = await objective.logits(parameters, batch, noise);
    const at = (readout: number) => outputs.slice(readout * width, (readout + 1) * width);
    for (let row = 0; row < batch.rows; row++) {
      const end = lastReadout(model, batch, row);
      last.push(at(end));
      if (everyStep)
        steps.push(Array.from({ length: end + 1 - row * batch.steps }, (_, step) => at(row * batch.steps + step)));
    }
  });
  return { last, steps };
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
