import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { addTo, dot, norm, orthogonalise, scaled, unitVector } from '../vectors.js';
import type { SymmetricOperator } from './operator.js';

/** A Krylov decomposition H V = V T + β v eᵀ with T tridiagonal. */
export interface Krylov {
  /** Diagonal and off-diagonal of T. */
  readonly alphas: readonly number[];
  readonly betas: readonly number[];
  /** Norm of what is left over after the last step: 0 when the space is invariant. */
  readonly remainder: number;
  readonly basis: readonly Float64Array[];
}

export interface RitzPair {
  readonly value: number;
  /** ‖H y − θ y‖: some eigenvalue lies within this distance of `value`. */
  readonly residual: number;
  /** Squared first entry of the eigenvector of T: the weight of `value` in the quadrature of the start vector. */
  readonly weight: number;
  /** Entries in the Krylov basis. */
  readonly entries: readonly number[];
}

/**
 * Lanczos' method with full re-orthogonalisation (Lanczos 1950; Paige 1972; Parlett 1980, §13), one product a step.
 * When the Krylov space closes early (β = 0, as happens with repeated eigenvalues) it goes on from a fresh random
 * vector, so that every copy of an eigenvalue is found.
 */
export class Lanczos {
  readonly #operator: SymmetricOperator;
  readonly #seed: number;
  readonly #restart: boolean;
  readonly #alphas: number[] = [];
  readonly #betas: number[] = [];
  readonly #basis: Float64Array[] = [];
  #next: Float64Array | null;
  #remainder = 0;
  #largest = 0;

  constructor(operator: SymmetricOperator, start: Float64Array, seed: number, restart = true) {
    this.#operator = operator;
    this.#seed = seed;
    this.#restart = restart;
    this.#next = scaled(start, 1 / norm(start));
  }

  /** One more step. @returns false when the whole space, or (without restarts) an invariant one, is exhausted. */
  async advance(): Promise<boolean> {
    const own = this.#next;
    if (own === null) return false;
    if (this.#basis.length > 0) this.#betas.push(this.#remainder);
    this.#basis.push(own);
    const image = await this.#operator.apply(own);
    this.#largest = Math.max(this.#largest, norm(image));
    const alpha = dot(own, image);
    this.#alphas.push(alpha);
    addTo(image, -alpha, own);
    orthogonalise(image, this.#basis);
    this.#remainder = norm(image);
    this.#next = this.#basis.length < this.#operator.size ? this.#successor(image) : null;
    return true;
  }

  #successor(image: Float64Array): Float64Array | null {
    // What re-orthogonalisation leaves of an exhausted space is rounding error, not a direction.
    if (this.#remainder > 1e-11 * this.#largest) return scaled(image, 1 / this.#remainder);
    this.#remainder = 0;
    if (!this.#restart) return null;
    const fresh = unitVector(this.#operator.size, this.#seed, 'lanczos restart', this.#basis.length);
    orthogonalise(fresh, this.#basis);
    return scaled(fresh, 1 / norm(fresh));
  }

  get krylov(): Krylov {
    return {
      alphas: this.#alphas,
      betas: this.#betas,
      remainder: this.#next === null ? 0 : this.#remainder,
      basis: this.#basis,
    };
  }
}

/** Eigenpairs of T in ascending order. */
export function ritzPairs({ alphas, betas, remainder }: Krylov): RitzPair[] {
  const size = alphas.length;
  const matrix = Matrix.zeros(size, size);
  for (const [i, alpha] of alphas.entries()) {
    matrix.set(i, i, alpha);
    if (i + 1 < size) {
      matrix.set(i, i + 1, betas[i]!);
      matrix.set(i + 1, i, betas[i]!);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return realEigenvalues
    .map((value, column) => {
      const entries = eigenvectorMatrix.getColumn(column);
      return { value, residual: Math.abs(remainder * entries[size - 1]!), weight: entries[0]! ** 2, entries };
    })
    .sort((a, b) => a.value - b.value);
}
