/** Lower factor L of a positive definite matrix, L Lᵀ = A, row-major [n, n]; null if it is not positive definite to rounding. */
export function cholesky(matrix: Float64Array, size: number): Float64Array | null {
  const L = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= L[i * size + k]! * L[j * size + k]!;
      if (i !== j) L[i * size + j] = rest / L[j * size + j]!;
      else if (rest > 1e-14 * Math.abs(matrix[i * size + i]!)) L[i * size + i] = Math.sqrt(rest);
      else return null;
    }
  return L;
}

/** In place x ← L⁻¹x, for `count` vectors as columns of [n, count]. */
export function forwardSolve(L: Float64Array, size: number, x: Float64Array, count: number): void {
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) {
      const factor = L[i * size + k]!;
      if (factor !== 0) for (let c = 0; c < count; c++) x[i * count + c]! -= factor * x[k * count + c]!;
    }
    for (let c = 0; c < count; c++) x[i * count + c]! /= L[i * size + i]!;
  }
}

/** In place x ← L⁻ᵀx. */
export function backwardSolve(L: Float64Array, size: number, x: Float64Array, count: number): void {
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) {
      const factor = L[k * size + i]!;
      if (factor !== 0) for (let c = 0; c < count; c++) x[i * count + c]! -= factor * x[k * count + c]!;
    }
    for (let c = 0; c < count; c++) x[i * count + c]! /= L[i * size + i]!;
  }
}
