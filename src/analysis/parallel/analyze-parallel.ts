import type { Engine } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import type { Batch, Model } from '../../model/index.js';
import { type Figure, isMissing, meanOf, missing, type Progress } from '../estimate.js';
import { joined } from '../joined.js';
import { lyapunovExponents } from '../lyapunov/index.js';
import { cut } from '../paths.js';
import { type NewtonForm, type NewtonResult, newtonForms, solveInParallel } from './newton.js';

export interface ParallelOptions {
  /** Forms beside the plain one; all unless given. */
  readonly forms?: readonly NewtonForm[];
  /** Of the largest residual over the largest state (or 1, if that is less); 1e-6 unless given. */
  readonly tolerance?: number;
  /** Most updates; the number of steps unless given. */
  readonly most?: number;
  /** Eight streams of so many steps, of the sequences one after the other; the sequences themselves unless given. */
  readonly length?: number;
  readonly seed?: number;
  readonly progress?: Progress;
}

/** What one form of the method took. */
export interface ParallelFigures {
  /** Updates until all steps hold, mean over sequences; none if some sequence did not converge. */
  readonly iterations: Figure;
  /** The largest residual over the largest state, of the sequences still running, before each update. */
  readonly curve: readonly (number | null)[];
  /** Updates of each sequence; null where it did not converge. */
  readonly perSample: readonly (number | null)[];
}

export interface ParallelAnalysis extends ParallelFigures {
  readonly tolerance: number;
  /** Steps of the longest sequence. */
  readonly length: number;
  /** The largest Lyapunov exponent, per step, along the same inputs. */
  readonly exponent: Figure;
  readonly held?: ParallelFigures | { readonly iterations: Figure };
  readonly damped?: ParallelFigures;
}

/** How many streams of a length asked for. */
const STREAMS = 8;

/** Most numbers of one trajectory, rows × steps × state, that are worked on at a time. */
const LARGEST_PART = 2 ** 22;

/**
 * How many iterations Newton's method over time takes from zero, noise off, in each of its forms, beside the largest
 * exponent, to which it is tied (arXiv 2508.16817: few below zero, about as many as there are steps above).
 * @throws InputError for a bidirectional model.
 */
export async function analyzeParallel(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  sequences: Batch,
  { forms = newtonForms, tolerance = 1e-6, most, length, seed = 0, progress }: ParallelOptions = {},
): Promise<ParallelAnalysis> {
  const batch = length === undefined ? sequences : joined(sequences, length, Math.min(STREAMS, sequences.rows));
  const wanted = forms.filter((form) => form !== 'held' || Object.keys(model.range).length > 0);
  const state = Object.values(model.state).reduce((sum, width) => sum + width, 0);
  const parts = cut(batch, Math.max(1, Math.floor(LARGEST_PART / (batch.steps * state))));
  const run = async (form: NewtonForm): Promise<ParallelFigures> => {
    const results: NewtonResult[] = [];
    for (const [index, part] of parts.entries()) {
      const done = wanted.indexOf(form) * parts.length + index;
      const options = { form, tolerance, ...(most === undefined ? {} : { most }) };
      const shown = progress && {
        progress: (at: number, total: number) => progress(done + at / total, wanted.length * parts.length),
      };
      results.push(await solveInParallel(model, engine, parameters, part, { ...options, ...shown }));
    }
    return figuresOf(results, seed);
  };
  const { perStep } = await lyapunovExponents(model, engine, parameters, batch, { exponents: 1, seed });
  const plain = await run('plain');
  return {
    iterations: plain.iterations,
    tolerance,
    length: batch.steps,
    exponent: finite(perStep[0]!),
    curve: plain.curve,
    perSample: plain.perSample,
    ...(forms.includes('held') && {
      held: wanted.includes('held')
        ? await run('held')
        : { iterations: missing('the state of this model has no range') },
    }),
    ...(forms.includes('damped') && { damped: await run('damped') }),
  };
}

function finite(figure: Figure): Figure {
  return isMissing(figure) || Number.isFinite(figure.value) ? figure : missing('the trajectory does not stay finite');
}

function figuresOf(results: readonly NewtonResult[], seed: number): ParallelFigures {
  const iterations = results.flatMap((result) => result.iterations);
  const reasons = results.flatMap((result) => result.reasons);
  const longest = Math.max(...results.map(({ curve }) => curve.length));
  const curve = Array.from({ length: longest }, (_, at) => {
    const values = results.flatMap((result) => (at < result.curve.length ? [result.curve[at]!] : []));
    return values.some((value) => value === null) ? null : Math.max(...(values as number[]));
  });
  const failed = reasons.filter((reason) => reason !== null);
  const count = (word: string) => failed.filter((reason) => reason === word).length;
  const why = (['not converged', 'not finite'] as const)
    .filter((word) => count(word) > 0)
    .map((word) => `${word}: ${count(word)}`);
  return {
    iterations:
      failed.length === 0
        ? meanOf(iterations as number[], seed)
        : missing(`of ${iterations.length} sequences ${why.join(', ')}`),
    curve,
    perSample: iterations,
  };
}
