/** Accuracy of a trained model on clean and on perturbed inputs. */
import { applyPreprocessing, type Preprocessing, type SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import { type AccuracyInterval, repeatedInterval, wilsonInterval } from '../metrics/index.js';
import type { Objective } from '../model/index.js';
import { findPerturbation } from '../perturb/index.js';
import { score } from './score.js';

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
  /** Perturbations of each kind and strength drawn, with seeds 1 to `seeds`; 5 unless given. */
  readonly seeds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number, label: string) => void) | undefined;
}

export interface CleanResult extends AccuracyInterval {
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
}

/**
 * Scores a table, noise off. Intervals are of 95 % and account for the rows being a sample (see `interval.ts`).
 * @throws InputError for a table without labels or of another shape, an unknown perturbation or a bad number of seeds.
 */
export async function evaluate(request: EvaluateRequest): Promise<Evaluation> {
  const { perturbations = [], seeds = 5, table } = request;
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new InputError(`perturbation seeds: got ${seeds}, expected a whole number, 1 or more`);
  if (table.labels === null) throw new InputError(`${table.name}: has no labels to score against; predict needs none`);
  const points = perturbations.flatMap(({ kind, strengths }) => strengths.map((strength) => ({ kind, strength })));
  const passes = 1 + points.filter(({ strength }) => strength !== 0).length * seeds;
  let done = 0;
  const pass = async (given: SequenceTable, label: string) => {
    const result = await score(
      request.objective,
      request.parameters,
      applyPreprocessing(given, request.preprocessing),
      {
        signal: request.signal,
        onProgress: (fraction) => request.onProgress?.((done + fraction) / passes, label),
      },
    );
    done += 1;
    return result;
  };

  const { correct, accuracy, count, loss } = await pass(table, 'clean');
  const results: PerturbedResult[] = [];
  for (const { kind, strength } of points) {
    const { apply } = findPerturbation(kind);
    const times = new Uint32Array(count);
    const accuracies: number[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      // Strength 0 leaves the data as they are.
      const own =
        strength === 0
          ? { correct, accuracy }
          : await pass(apply(table, strength, seed, request.preprocessing), `${kind} ${strength}`);
      for (let row = 0; row < count; row++) times[row]! += own.correct[row]!;
      accuracies.push(own.accuracy);
    }
    const shares = Float64Array.from(times, (right) => right / seeds);
    results.push({ kind, strength, ...repeatedInterval(shares), seeds, accuracies });
  }
  return { clean: { ...wilsonInterval(accuracy, count), count, loss }, perturbations: results };
}
