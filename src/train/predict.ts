import { applyPreprocessing, type Preprocessing, type SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import { largestAt, softmax } from '../metrics/index.js';
import type { Objective } from '../model/index.js';
import { type Task, withoutAnswers } from '../tasks/index.js';
import { predictOutputs, type ScoreOptions } from './score.js';

export interface Predictions {
  /** [rows][K], the outputs after each row's own last step; of values, in standard deviations of the training targets. */
  readonly logits: readonly number[][];
  /** Class names as they are written in the training data; empty where values are predicted. */
  readonly labels: readonly string[];
  /** [rows][K], in the order of the training data's classes; empty where values are predicted. */
  readonly probabilities: readonly number[][];
  /** [rows][K], raw units; where values are predicted. Of a forecast [horizons × channels], a step's channels side by side. */
  readonly values?: readonly number[][];
  /** Of a forecast: how many steps after the row's last one each of its values lies, [horizons]. */
  readonly horizons?: readonly number[];
  /** For each row what is predicted at each of its own steps, where the task asks that. */
  readonly steps?: readonly Pick<Predictions, 'labels' | 'probabilities' | 'values'>[];
}

export interface Predictor {
  readonly objective: Objective;
  readonly parameters: Tensors;
  readonly preprocessing: Preprocessing;
  /** What is asked of the model; one answer a row unless given. */
  readonly task?: Task | undefined;
  /** What logits are divided by before probabilities are taken; 1 unless given. */
  readonly temperature?: number | undefined;
}

/**
 * Predicts every row, noise off; what the table has of answers is not looked at. A forecast goes on from the row's end.
 * @throws InputError for sequences of another shape than the training data's.
 */
export async function predict(run: Predictor, table: SequenceTable, options: ScoreOptions = {}): Promise<Predictions> {
  const { objective, parameters, preprocessing, task, temperature } = run;
  const horizons = task?.horizons ?? null;
  const everyStep = task?.name === 'label' || (preprocessing.targets?.per === 'step' && horizons === null);
  const data = applyPreprocessing(withoutAnswers(table), preprocessing);
  const { last, steps } = await predictOutputs(objective, parameters, data, { ...options, everyStep });
  refuseUndefined(last, table);
  const of = (outputs: readonly Float64Array[]) => predictionsOf(outputs, preprocessing, temperature);
  return {
    ...of(last),
    ...(horizons === null ? {} : { horizons }),
    ...(everyStep ? { steps: steps.map((own) => stepsOf(of(own))) } : {}),
  };
}

/** An answer that no number stands behind would look like any other. */
function refuseUndefined(outputs: readonly Float64Array[], { name }: SequenceTable): void {
  const bad = outputs.flatMap((own, row) => (own.every(Number.isFinite) ? [] : [row]));
  if (bad.length === 0) return;
  const rows = `${bad
    .slice(0, 5)
    .map((row) => row + 1)
    .join(', ')}${bad.length > 5 ? ' …' : ''}`;
  throw new InputError(
    `${name}: the outputs of ${bad.length} of ${outputs.length} series are not finite (counted from 1: ${rows}): the state grew beyond what float32 holds; leave them out, or give shorter series or values in the range of the training data`,
  );
}

/** What outputs say, [readouts][K]: labels and probabilities of classes, or values in raw units. */
export function predictionsOf(
  logits: readonly Float64Array[],
  { classes, targets }: Pick<Preprocessing, 'classes' | 'targets'>,
  temperature = 1,
): Predictions {
  const outputs = logits.map((own) => [...own]);
  if (targets) {
    const { mean, scale } = targets;
    const values = outputs.map((own) => own.map((value, j) => value * scale[j]! + mean[j]!));
    return { logits: outputs, labels: [], probabilities: [], values };
  }
  return {
    logits: outputs,
    labels: logits.map((own) => classes[largestAt(own)]!),
    probabilities: logits.map((own) => [...softmax(own.map((logit) => logit / temperature))]),
  };
}

function stepsOf({ labels, probabilities, values }: Predictions): NonNullable<Predictions['steps']>[number] {
  return values === undefined ? { labels, probabilities } : { labels, probabilities, values };
}
