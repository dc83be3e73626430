import type { Estimate, Progress } from '../estimate.js';
import { addTo, unitVector } from '../vectors.js';
import { Lanczos, type RitzPair, ritzPairs } from './lanczos.js';
import type { SymmetricOperator } from './operator.js';

export interface EigenvalueOptions {
  /** How many of the largest and of the smallest eigenvalues; 1 each unless given. */
  readonly top?: number;
  readonly bottom?: number;
  /** Largest residual accepted, relative to the largest eigenvalue in magnitude; 1e-5 unless given. */
  readonly tolerance?: number;
  /** Most products H·v; 100 unless given. */
  readonly maximumSteps?: number;
  readonly seed?: number;
  /** Whether to return the eigenvectors too. */
  readonly vectors?: boolean;
  readonly progress?: Progress;
}

export interface ExtremeEigenvalues {
  /** Descending, from the largest. `standardError` is the residual, a bound on the distance to an eigenvalue. */
  readonly top: readonly Estimate[];
  /** Ascending, from the smallest. */
  readonly bottom: readonly Estimate[];
  readonly topVectors: readonly Float64Array[];
  readonly bottomVectors: readonly Float64Array[];
  /** Products H·v used. */
  readonly steps: number;
}

/** Signed extreme eigenvalues by Lanczos, run until every wanted residual is small or the steps are used up. */
export async function extremeEigenvalues(
  operator: SymmetricOperator,
  options: EigenvalueOptions = {},
): Promise<ExtremeEigenvalues> {
  const { tolerance = 1e-5, maximumSteps = 100, seed = 0, vectors = false, progress } = options;
  const top = Math.min(options.top ?? 1, operator.size);
  const bottom = Math.min(options.bottom ?? 1, operator.size);
  const lanczos = new Lanczos(operator, unitVector(operator.size, seed, 'lanczos'), seed);
  let pairs: RitzPair[] = [];
  let steps = 0;
  const limit = Math.min(maximumSteps, operator.size);
  const wanted = () => [...pairs.slice(0, bottom), ...pairs.slice(-top)];
  const small = (pair: RitzPair) =>
    pair.residual <= tolerance * Math.max(Math.abs(pairs[0]!.value), Math.abs(pairs[pairs.length - 1]!.value));
  while (steps < limit && (await lanczos.advance())) {
    steps += 1;
    progress?.(steps, limit);
    const enough = steps >= Math.min(operator.size, top + bottom);
    if (!enough || (steps % 5 !== 0 && steps !== limit)) continue;
    pairs = ritzPairs(lanczos.krylov);
    if (wanted().every(small)) break;
  }
  if (pairs.length !== steps) pairs = ritzPairs(lanczos.krylov);
  const estimate = (pair: RitzPair): Estimate => ({
    value: pair.value,
    standardError: steps === operator.size ? 0 : pair.residual,
    count: steps,
    seed,
    converged: small(pair),
  });
  const highest = pairs.slice(-top).reverse();
  const lowest = pairs.slice(0, bottom);
  const combine = (pair: RitzPair) => {
    const vector = new Float64Array(operator.size);
    for (const [index, own] of lanczos.krylov.basis.entries()) addTo(vector, pair.entries[index]!, own);
    return vector;
  };
  return {
    top: highest.map(estimate),
    bottom: lowest.map(estimate),
    topVectors: vectors ? highest.map(combine) : [],
    bottomVectors: vectors ? lowest.map(combine) : [],
    steps,
  };
}
