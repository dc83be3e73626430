/** The few matrix functions that stability bounds are made of. */
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';

export function symmetricPart(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

/** Largest eigenvalue of the symmetric part, with its unit eigenvector: the logarithmic 2-norm. */
export function logNorm(matrix: Matrix): { value: number; vector: readonly number[] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetricPart(matrix), {
    assumeSymmetric: true,
  });
  let best = 0;
  for (const [i, value] of realEigenvalues.entries()) if (value > realEigenvalues[best]!) best = i;
  return { value: realEigenvalues[best]!, vector: eigenvectorMatrix.getColumn(best) };
}

/** ‖X‖_2. */
export function spectralNorm(matrix: Matrix): number {
  const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true };
  return new SingularValueDecomposition(matrix, options).diagonal[0] ?? 0;
}

/** ‖X‖_2 with its singular vectors, X v = ‖X‖ u. */
export function topSingular(matrix: Matrix): { value: number; left: readonly number[]; right: readonly number[] } {
  const found = new SingularValueDecomposition(matrix, { autoTranspose: true });
  return {
    value: found.diagonal[0]!,
    left: found.leftSingularVectors.getColumn(0),
    right: found.rightSingularVectors.getColumn(0),
  };
}

/** diag(scales) X */
export function scaleRows(scales: ArrayLike<number>, matrix: Matrix): Matrix {
  return new Matrix(matrix.to2DArray().map((row, i) => row.map((value) => scales[i]! * value)));
}

export function times(matrix: Matrix, row: readonly number[]): number[] {
  return matrix.to2DArray().map((own) => own.reduce((total, value, j) => total + value * row[j]!, 0));
}
