import { applyPreprocessing, type Preprocessing, type SequenceTable } from '../data/index.js';
import type { Tensors } from '../graph/index.js';
import type { Objective } from '../model/index.js';
import { largestAt, predictLogits, type ScoreOptions } from './score.js';

export interface Predictions {
  /** [rows][K], after the last step. */
  readonly logits: readonly number[][];
  /** Class names as they are written in the training data. */
  readonly labels: readonly string[];
  /** [rows][K], in the order of the training data's classes. */
  readonly probabilities: readonly number[][];
}

/**
 * Predicts every row, noise off; labels in the table, if any, are not looked at.
 * @throws InputError for sequences of another shape than the training data's.
 */
export async function predict(
  run: { readonly objective: Objective; readonly parameters: Tensors; readonly preprocessing: Preprocessing },
  table: SequenceTable,
  options: ScoreOptions = {},
): Promise<Predictions> {
  const { objective, parameters, preprocessing } = run;
  const logits = await predictLogits(
    objective,
    parameters,
    applyPreprocessing({ ...table, labels: null }, preprocessing),
    options,
  );
  return predictionsOf(logits, preprocessing);
}

/** Labels and probabilities of logits, [rows][K]. */
export function predictionsOf(
  logits: readonly Float64Array[],
  { classes }: Pick<Preprocessing, 'classes'>,
): Predictions {
  return {
    logits: logits.map((own) => [...own]),
    labels: logits.map((own) => classes[largestAt(own)]!),
    probabilities: logits.map(softmax),
  };
}

function softmax(logits: Float64Array): number[] {
  const largest = logits[largestAt(logits)]!;
  const weights = Array.from(logits, (value) => Math.exp(value - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
