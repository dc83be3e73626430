/**
 * Predictions with the noise of training left on: each of R draws is a network of its own, and what they disagree about is
 * what the noise makes uncertain.
 */
import { applyPreprocessing, type SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import { type AccuracyInterval, largestAt, wilsonInterval } from '../metrics/index.js';
import { drawsNoise } from '../model/index.js';
import { deriveKey } from '../random/index.js';
import { type Predictor, predict } from './predict.js';
import type { ScoreOptions } from './score.js';

export interface EnsembleOptions extends ScoreOptions {
  /** R, at least 2. */
  readonly draws: number;
  /** Of the draws; the same seed gives the same predictions. 1 unless given. */
  readonly seed?: number | undefined;
}

export interface EnsemblePredictions {
  readonly draws: number;
  readonly seed: number;
  /** Of the largest mean probability. */
  readonly labels: readonly string[];
  /** [rows][K], mean over draws. */
  readonly probabilities: readonly number[][];
  /** [rows][K], standard deviation over draws. */
  readonly deviations: readonly number[][];
  /** [rows], entropy of the mean probabilities, in nats: all uncertainty. */
  readonly entropy: readonly number[];
  /**
   * [rows], entropy of the mean less mean entropy, in nats: the part on which the draws disagree (Houlsby et al.,
   * *Bayesian Active Learning for Classification and Preference Learning*, 2011).
   */
  readonly mutualInformation: readonly number[];
}

export interface EnsembleScore extends AccuracyInterval {
  readonly draws: number;
  readonly seed: number;
  /** Mean over draws of the accuracy of each alone. */
  readonly single: number;
  /** Mean of −log mean probability of the label. */
  readonly loss: number;
  readonly entropy: number;
  readonly mutualInformation: number;
}

/**
 * Row i of the table has the noise of sample i in every draw.
 * @throws InputError if the model draws no noise or has no classes, for fewer than two draws, or as `predict`.
 */
export async function predictEnsemble(
  run: Predictor,
  table: SequenceTable,
  options: EnsembleOptions,
): Promise<EnsemblePredictions> {
  const { classes } = run.preprocessing;
  const rows = (await probabilitiesOf(run, table, options)).map(summarise);
  return {
    draws: options.draws,
    seed: options.seed ?? 1,
    labels: rows.map(({ mean }) => classes[largestAt(mean)]!),
    probabilities: rows.map(({ mean }) => mean),
    deviations: rows.map(({ deviation }) => deviation),
    entropy: rows.map((row) => row.entropy),
    mutualInformation: rows.map((row) => row.mutualInformation),
  };
}

/** Scores the mean probabilities of the draws. @throws InputError as `predictEnsemble`, or for a table without labels. */
export async function evaluateEnsemble(
  run: Predictor,
  table: SequenceTable,
  options: EnsembleOptions,
): Promise<EnsembleScore> {
  const { labels } = applyPreprocessing(table, run.preprocessing);
  if (labels === null) throw new InputError(`${table.name}: has no labels to score against; predict needs none`);
  const all = await probabilitiesOf(run, table, options);
  const rows = all.map(summarise);
  const over = (value: (row: number) => number) => rows.reduce((sum, _, row) => sum + value(row), 0) / rows.length;
  const isRight = (probabilities: readonly number[], row: number) => Number(largestAt(probabilities) === labels[row]);
  const accuracy = over((row) => isRight(rows[row]!.mean, row));
  return {
    draws: options.draws,
    seed: options.seed ?? 1,
    ...wilsonInterval(accuracy, rows.length),
    single: over((row) => all[row]!.reduce((sum, own) => sum + isRight(own, row), 0) / options.draws),
    loss: over((row) => -Math.log(rows[row]!.mean[labels[row]!]!)),
    entropy: over((row) => rows[row]!.entropy),
    mutualInformation: over((row) => rows[row]!.mutualInformation),
  };
}

/** [rows][draws][K] */
async function probabilitiesOf(
  run: Predictor,
  table: SequenceTable,
  { draws, seed = 1, signal, onProgress }: EnsembleOptions,
): Promise<number[][][]> {
  if (!Number.isSafeInteger(draws) || draws < 2)
    throw new InputError(`draws: got ${draws}, expected a whole number, 2 or more`);
  if ((run.task?.name ?? 'classify') !== 'classify')
    throw new InputError(`an ensemble is of one class a row, and task ${run.task?.name} predicts something else`);
  if (!drawsNoise(run.objective.model))
    throw new InputError('the model was trained without noise, so all draws would be the same; leave the noise off');
  const all = Array.from({ length: table.rows }, (): number[][] => []);
  for (let draw = 0; draw < draws; draw++) {
    const { probabilities } = await predict(run, table, {
      signal,
      noise: { key: deriveKey(seed, 'ensemble', draw) },
      onProgress: (fraction) => onProgress?.((draw + fraction) / draws),
    });
    for (const [row, own] of probabilities.entries()) all[row]!.push([...own]);
  }
  return all;
}

/** What the draws say of one row, [draws][K]. */
export function summarise(draws: readonly (readonly number[])[]) {
  const mean = draws[0]!.map((_, k) => draws.reduce((sum, own) => sum + own[k]!, 0) / draws.length);
  const deviation = mean.map((centre, k) =>
    Math.sqrt(draws.reduce((sum, own) => sum + (own[k]! - centre) ** 2, 0) / (draws.length - 1)),
  );
  const entropy = entropyOf(mean);
  const meanEntropy = draws.reduce((sum, own) => sum + entropyOf(own), 0) / draws.length;
  // Never below zero but for rounding.
  return { mean, deviation, entropy, mutualInformation: Math.max(0, entropy - meanEntropy) };
}

function entropyOf(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}
