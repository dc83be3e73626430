/** What a trained model gets right, on clean and on perturbed inputs. */
import { applyPreprocessing, type Preprocessing, type SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import {
  type AccuracyInterval,
  calibrationBins,
  columnsOf,
  confusionMatrix,
  type MetricFigure,
  repeatedInterval,
  rightAnswers,
} from '../metrics/index.js';
import type { Objective } from '../model/index.js';
import { findPerturbation } from '../perturb/index.js';
import { classify, type Task } from '../tasks/index.js';
import { type Answers, estimatesOf, type TargetFigures, targetFigures } from './answers.js';
import { type Score, score } from './score.js';

export interface PerturbationRequest {
  readonly kind: string;
  /** In the raw units of the scored data. */
  readonly strengths: readonly number[];
}

export interface EvaluateRequest {
  readonly objective: Objective;
  readonly parameters: Tensors;
  /** The run's own: nothing is taken from the scored data. */
  readonly preprocessing: Preprocessing;
  readonly table: SequenceTable;
  readonly perturbations?: readonly PerturbationRequest[];
  /** What is asked of the model; classify unless given. */
  readonly task?: Task | undefined;
  /** Of the numbers predicted. */
  readonly targetNames?: readonly string[] | undefined;
  /** Divides the logits before metrics are taken: a run's own, to be calibrated. */
  readonly temperature?: number | undefined;
  /** Perturbations of each kind and strength drawn, with seeds 1 to `seeds`; 5 unless given. */
  readonly seeds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number, label: string) => void) | undefined;
}

/** The accuracy is NaN (null in JSON) where values are predicted. */
export interface CleanResult extends AccuracyInterval {
  /** Rows. */
  readonly count: number;
  readonly loss: number;
}

export interface PerturbedResult extends AccuracyInterval {
  readonly kind: string;
  readonly strength: number;
  readonly seeds: number;
  /** One a seed. */
  readonly accuracies: readonly number[];
}

export interface Evaluation {
  readonly clean: CleanResult;
  readonly perturbations: readonly PerturbedResult[];
  readonly task: string;
  /** Every metric of the task on clean inputs, by name, values in raw units. */
  readonly metrics: Readonly<Record<string, MetricFigure>>;
  /** Where classes are predicted: how many of each true class (row) were answered with each (column). */
  readonly confusion?: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] };
  /** Bins of the expected calibration error, and what the logits were divided by. */
  readonly calibration?: { readonly bins: number; readonly temperature: number };
  /** Of a forecast: the metrics of each step ahead. */
  /** Of a regression: the metrics of each number predicted, in the order of the target columns. */
  readonly targets?: readonly TargetFigures[];
  readonly horizons?: readonly { readonly horizon: number; readonly metrics: Readonly<Record<string, MetricFigure>> }[];
}

/**
 * Scores a table, noise off. Intervals are of 95 % and account for the rows being a sample (see `interval.ts`).
 * @throws InputError for a table without labels or of another shape, an unknown perturbation or a bad number of seeds.
 */
export async function evaluate(request: EvaluateRequest): Promise<Evaluation> {
  const { perturbations = [], seeds = 5, preprocessing, temperature = 1, task = classify } = request;
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new InputError(`perturbation seeds: got ${seeds}, expected a whole number, 1 or more`);
  if (task.predicts === 'values' && perturbations.length > 0)
    throw new InputError(
      `perturbations are judged by the share of right answers, and task ${task.name} predicts values: there are none`,
    );
  const { readout } = request.objective.model.spec;
  const table = task.tableOf(request.table, readout);
  const points = perturbations.flatMap(({ kind, strengths }) => strengths.map((strength) => ({ kind, strength })));
  const passes = 1 + points.filter(({ strength }) => strength !== 0).length * seeds;
  let done = 0;
  const pass = async (given: SequenceTable, label: string) => {
    const result = await score(request.objective, request.parameters, applyPreprocessing(given, preprocessing), {
      targets: preprocessing.targets,
      temperature,
      signal: request.signal,
      onProgress: (fraction) => request.onProgress?.((done + fraction) / passes, label),
    });
    done += 1;
    return result;
  };

  const clean = await pass(table, 'clean');
  const { count, loss } = clean;
  const right = rightIn(clean);
  const results: PerturbedResult[] = [];
  for (const { kind, strength } of points) {
    const { apply } = findPerturbation(kind);
    const times = new Uint32Array(right.length);
    const accuracies: number[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      // Strength 0 leaves the data as they are.
      const own =
        strength === 0 ? clean : await pass(apply(table, strength, seed, preprocessing), `${kind} ${strength}`);
      for (const [at, one] of rightIn(own).entries()) times[at]! += one;
      accuracies.push(own.accuracy);
    }
    const shares = Float64Array.from(times, (right) => right / seeds);
    results.push({ kind, strength, ...repeatedInterval(shares, clean.answers.of.rows), seeds, accuracies });
  }
  const interval =
    clean.answers.kind === 'values'
      ? { accuracy: Number.NaN, low: Number.NaN, high: Number.NaN }
      : repeatedInterval(right, clean.answers.of.rows);
  return {
    clean: { ...interval, count, loss },
    perturbations: results,
    task: task.name,
    metrics: estimatesOf(clean.answers),
    ...details(clean.answers, task, preprocessing, temperature, request.targetNames),
  };
}

function rightIn({ answers }: Score): Uint8Array {
  return answers.kind === 'values' ? new Uint8Array(0) : rightAnswers(answers.of);
}

function details(
  answers: Answers,
  { horizons }: Task,
  { classes }: Preprocessing,
  temperature: number,
  names: readonly string[] | undefined,
) {
  if (answers.kind === 'classes')
    return {
      confusion: { classes, counts: confusionMatrix(answers.of) },
      calibration: { bins: calibrationBins, temperature },
    };
  if (horizons === null) return { targets: targetFigures(answers.of, names) };
  const width = answers.of.width / horizons.length;
  return {
    horizons: horizons.map((horizon, index) => {
      const of = columnsOf(answers.of, index * width, (index + 1) * width);
      return { horizon, metrics: estimatesOf({ kind: 'values', of }) };
    }),
  };
}
