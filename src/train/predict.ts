import { applyPreprocessing, type Preprocessing, type SequenceTable } from '../data/index.js';
import type { Tensors } from '../graph/index.js';
import type { Objective } from '../model/index.js';
import { largestAt, predictLogits, type ScoreOptions } from './score.js';

export interface Predictions {
  /** [rows][K], after the last step. */
  readonly logits: readonly number[][];
  /** Class names as they are written in the training data. */
  readonly labels: readonly string[];
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
  return {
    logits: logits.map((own) => [...own]),
    labels: logits.map((own) => preprocessing.classes[largestAt(own)]!),
  };
}
