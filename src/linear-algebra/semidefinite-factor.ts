/**
 * The Cholesky factor of a positive semi-definite matrix with complete pivoting, which stops at the rank (Higham,
 * *Accuracy and Stability*, §10.3).
 * @returns [n, n], one column of the factor a row; unused ones zero; and the rank.
 */
export function semidefiniteFactor(matrix: Float64Array, size: number): { columns: Float64Array; rank: number } {
  const S = matrix.slice();
  const columns = new Float64Array(size * size);
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, S[i * size + i]!);
  for (let rank = 0; rank < size; rank++) {
    let pivot = 0;
    for (let i = 1; i < size; i++) if (S[i * size + i]! > S[pivot * size + pivot]!) pivot = i;
    const value = S[pivot * size + pivot]!;
    if (!(value > 1e-15 * largest)) return { columns, rank };
    const column = columns.subarray(rank * size, (rank + 1) * size);
    const root = Math.sqrt(value);
    for (let i = 0; i < size; i++) column[i] = S[i * size + pivot]! / root;
    for (let i = 0; i < size; i++) {
      const left = column[i]!;
      if (left !== 0) for (let j = 0; j < size; j++) S[i * size + j]! -= left * column[j]!;
    }
    for (let i = 0; i < size; i++) S[i * size + pivot] = S[pivot * size + i] = 0;
  }
  return { columns, rank: size };
}
