import { semidefiniteFactor } from '../../linear-algebra/semidefinite-factor.js';

/**
 * Fewer columns with the same covariance: S = Σ c cᵀ over the given columns, then its factor.
 * @param columns [count, size], one direction a row.
 * @returns [size, size], one column of the factor a row; unused ones zero.
 */
export function factor(columns: Float64Array, count: number, size: number): Float64Array {
  const S = new Float64Array(size * size);
  for (let column = 0; column < count; column++) {
    const own = columns.subarray(column * size, (column + 1) * size);
    for (let i = 0; i < size; i++) {
      const left = own[i]!;
      if (left !== 0) for (let j = 0; j < size; j++) S[i * size + j]! += left * own[j]!;
    }
  }
  return semidefiniteFactor(S, size).columns;
}
