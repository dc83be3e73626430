/** Covariances as callers write them. */

import { InputError } from '../errors.js';
import { semidefiniteFactor } from '../linear-algebra/semidefinite-factor.js';

/** A number v (v·I), variances [n] (a diagonal), or a matrix: nested [n][n], or its n·n entries row by row. */
export type CovarianceLike = number | ArrayLike<number> | readonly ArrayLike<number>[];

/**
 * @param what names it in messages.
 * @throws InputError for another size, values that are not finite, one that is not symmetric, or negative variances.
 */
export function covarianceOf(value: CovarianceLike, size: number, what: string): Float64Array {
  const matrix = matrixOf(value, size, what);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const [own, mirrored] = [matrix[i * size + j]!, matrix[j * size + i]!];
      if (!Number.isFinite(own) || !Number.isFinite(mirrored))
        throw new InputError(`${what}: entry (${i + 1}, ${j + 1}) is ${own}; every entry must be a finite number`);
      if (Math.abs(own - mirrored) > 1e-8 * (Math.abs(own) + Math.abs(mirrored)))
        throw new InputError(
          `${what}: is not symmetric, entries (${i + 1}, ${j + 1}) and (${j + 1}, ${i + 1}) are ${own} and ${mirrored}; ` +
            'give a covariance, (A + Aᵀ)/2 if rounding made it so',
        );
      matrix[i * size + j] = matrix[j * size + i] = (own + mirrored) / 2;
    }
  if (!isSemidefinite(matrix, size))
    throw new InputError(`${what}: is no covariance, it has a negative eigenvalue; give variances of 0 or more`);
  return matrix;
}

export function isDiagonal(matrix: Float64Array, size: number): boolean {
  return matrix.every((value, at) => value === 0 || at % (size + 1) === 0);
}

function isSemidefinite(matrix: Float64Array, size: number): boolean {
  const { columns, rank } = semidefiniteFactor(matrix, size);
  let largest = 0;
  for (let i = 0; i < size; i++) {
    if (matrix[i * size + i]! < 0) return false;
    largest = Math.max(largest, matrix[i * size + i]!);
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let k = 0; k < rank; k++) total += columns[k * size + i]! * columns[k * size + j]!;
      if (Math.abs(total - matrix[i * size + j]!) > 1e-9 * largest) return false;
    }
  return true;
}

function matrixOf(value: CovarianceLike, size: number, what: string): Float64Array {
  const matrix = new Float64Array(size * size);
  if (typeof value === 'number') {
    for (let i = 0; i < size; i++) matrix[i * size + i] = value;
    return matrix;
  }
  const first = value[0];
  if (first !== undefined && typeof first !== 'number') {
    const rows = value as readonly ArrayLike<number>[];
    if (rows.length !== size || rows.some((row) => row.length !== size)) throw wrongSize(value, size, what);
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix[i * size + j] = rows[i]![j]!;
    return matrix;
  }
  const entries = value as ArrayLike<number>;
  if (entries.length === size * size) matrix.set(entries);
  else if (entries.length === size) for (let i = 0; i < size; i++) matrix[i * size + i] = entries[i]!;
  else throw wrongSize(value, size, what);
  return matrix;
}

function wrongSize(value: { readonly length: number }, size: number, what: string): InputError {
  return new InputError(
    `${what}: got ${value.length} entries where [${size}, ${size}] is expected; give a matrix, ${size} variances, or one ` +
      'number for all',
  );
}
