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
  return factorOf(S, size);
}

/**
 * The Cholesky factor of a positive semi-definite matrix with complete pivoting, which stops at the rank (Higham,
 * *Accuracy and Stability*, §10.3).
 * @param S [size, size], used up.
 * @returns as `factor`.
 */
export function factorOf(S: Float64Array, size: number): Float64Array {
  const found = new Float64Array(size * size);
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, S[i * size + i]!);
  for (let rank = 0; rank < size; rank++) {
    let pivot = 0;
    for (let i = 1; i < size; i++) if (S[i * size + i]! > S[pivot * size + pivot]!) pivot = i;
    const value = S[pivot * size + pivot]!;
    if (!(value > 1e-15 * largest)) break;
    const column = found.subarray(rank * size, (rank + 1) * size);
    const root = Math.sqrt(value);
    for (let i = 0; i < size; i++) column[i] = S[i * size + pivot]! / root;
    for (let i = 0; i < size; i++) {
      const left = column[i]!;
      if (left !== 0) for (let j = 0; j < size; j++) S[i * size + j]! -= left * column[j]!;
    }
    for (let i = 0; i < size; i++) S[i * size + pivot] = S[pivot * size + i] = 0;
  }
  return found;
}
