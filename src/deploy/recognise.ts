/** Classes of whole series by the generators of a run: posterior at every step, when it was sure, and whether it fits at all. */
import type { SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import { chiSquareTail, generatorLikelihoods, type ObservedSeries, parametersOf } from '../filter/index.js';
import { densityOfRaw, type GeneratorRun, observedSeries } from './generator-run.js';

export interface RecogniseOptions {
  /** Posterior from which a decision is made; 0.95 unless given. */
  readonly confidence?: number | undefined;
  /**
   * None of the classes: the normalised innovations of every generator are so large that a right one would have them with
   * less than this probability; 1e-6 unless given, 0 to always decide.
   */
  readonly reject?: number | undefined;
  /** By class; all alike unless given. */
  readonly prior?: readonly number[] | undefined;
}

export interface Decision {
  /** Of the class that first reached the confidence, else the most probable at the end; null: none of these. */
  readonly label: string | null;
  /** The step, counted from 0, at which the posterior first reached the confidence; null if it never did. */
  readonly step: number | null;
  /** The posterior of that class then, or at the end. */
  readonly confidence: number;
}

export interface Recognised {
  readonly classes: readonly string[];
  /** [row][step][class], given what was observed up to the step. */
  readonly posterior: number[][][];
  /** [row][class], log p in the raw units of the data. */
  readonly logLikelihood: number[][];
  readonly decision: Decision[];
  /** [row][class], mean normalised innovation squared for each observed value: 1 for a right generator. */
  readonly nis: number[][];
}

/** @throws InputError for another number of channels than the run's, or an unusable option. */
export function recognise(run: GeneratorRun, table: SequenceTable, options: RecogniseOptions = {}): Recognised {
  const { classes, model, parameters } = run;
  const { confidence = 0.95, reject = 1e-6, prior = classes.map(() => 1 / classes.length) } = options;
  if (!(confidence > 0 && confidence <= 1))
    throw new InputError(`confidence: expected a probability above 0, up to 1, got ${confidence}`);
  if (!(reject >= 0 && reject < 1)) throw new InputError(`reject: expected a probability below 1, got ${reject}`);
  if (prior.length !== classes.length || prior.some((own) => !(own > 0)))
    throw new InputError(`prior: expected ${classes.length} numbers above 0, one a class (${classes.join(', ')})`);
  const likelihoods = generatorLikelihoods(model);
  for (const [k, likelihood] of likelihoods.entries()) likelihood.setParameters(parametersOf(model, parameters, k));
  const found: Recognised = { classes, posterior: [], logLikelihood: [], decision: [], nis: [] };
  for (const series of observedSeries(run, table)) {
    const { values, steps } = series;
    const own = likelihoods.map((likelihood) => {
      const perStep = new Float64Array(steps);
      const nis = new Float64Array(steps);
      const total = likelihood.of(series, { perStep, nis });
      return { perStep, total, nis: nis.reduce((sum, one) => sum + one, 0) };
    });
    const posterior = posteriors(
      own.map(({ perStep }) => perStep),
      prior,
      steps,
    );
    const count = observedValues(series);
    const raw = densityOfRaw(run, values);
    const fits = own.some(({ nis }) => count === 0 || chiSquareTail(nis, count) >= reject);
    found.posterior.push(posterior);
    found.logLikelihood.push(own.map(({ total }) => total + raw));
    found.nis.push(own.map(({ nis }) => nis / Math.max(1, count)));
    found.decision.push(decide(posterior, classes, confidence, fits));
  }
  return found;
}

/** p(k | y_1 … y_m) ∝ π_k p_k(y_1 … y_m). */
function posteriors(perStep: readonly Float64Array[], prior: readonly number[], steps: number): number[][] {
  const sums = prior.map(Math.log);
  return Array.from({ length: steps }, (_, step) => {
    for (const [k, own] of perStep.entries()) sums[k]! += own[step]!;
    const largest = Math.max(...sums);
    const weights = sums.map((sum) => Math.exp(sum - largest));
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / total);
  });
}

function decide(
  posterior: readonly (readonly number[])[],
  classes: readonly string[],
  confidence: number,
  fits: boolean,
): Decision {
  const first = posterior.findIndex((own) => Math.max(...own) >= confidence);
  const at = posterior[first < 0 ? posterior.length - 1 : first]!;
  const best = at.indexOf(Math.max(...at));
  return { label: fits ? classes[best]! : null, step: first < 0 ? null : first, confidence: at[best]! };
}

function observedValues({ values }: ObservedSeries): number {
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
}
