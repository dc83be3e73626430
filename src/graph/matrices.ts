/**
 * Constructors of shared matrices that are not elementwise: parts of a matrix and matrices of parts, and the matrix
 * exponential. Linear ones come in pairs of transposes, so that derivatives stay within them.
 */
import { InputError } from '../errors.js';
import { isConstant, makeNode, type Node } from './node.js';
import { add, constant } from './operations.js';
import { signature } from './print.js';

/** Entries (row + i, column + j) of a matrix, i < height, j < width. */
export function submatrix(matrix: Node, row: number, column: number, height: number, width: number): Node {
  const [rows, columns] = sidesOf('submatrix', matrix);
  if (!fits(row, height, rows) || !fits(column, width, columns))
    throw new InputError(
      `submatrix: rows ${row}…${row + height - 1} and columns ${column}…${column + width - 1} do not lie in ${signature(matrix)}`,
    );
  if (height === rows && width === columns) return matrix;
  if (isConstant(matrix, 0)) return constant(0, [height, width], 'shared');
  return makeNode('submatrix', [matrix], { row, column }, 'shared', [height, width]);
}

/** A matrix at (row, column) of a larger one that is zero elsewhere: the transpose of `submatrix`. */
export function placeMatrix(matrix: Node, row: number, column: number, height: number, width: number): Node {
  const [rows, columns] = sidesOf('placeMatrix', matrix);
  if (!fits(row, rows, height) || !fits(column, columns, width))
    throw new InputError(`placeMatrix: ${signature(matrix)} at (${row}, ${column}) does not fit [${height},${width}]`);
  if (height === rows && width === columns) return matrix;
  if (isConstant(matrix, 0)) return constant(0, [height, width], 'shared');
  return makeNode('placeMatrix', [matrix], { row, column }, 'shared', [height, width]);
}

/** The block matrix [[A, E], [0, A]] of two square matrices; E = 0 where it is left out. */
export function upperBlocks(A: Node, E?: Node): Node {
  const size = squareSide('upperBlocks', A);
  const at = (matrix: Node, row: number, column: number) => placeMatrix(matrix, row, column, 2 * size, 2 * size);
  const diagonalBlocks = add(at(A, 0, 0), at(A, size, size));
  return E === undefined ? diagonalBlocks : add(diagonalBlocks, at(E, 0, size));
}

/** A vector of n(n−1)/2 entries, row by row, as the strictly upper triangle of a matrix [n, n]. */
export function upperTriangle(vector: Node): Node {
  const [entries] = vector.shape;
  const size = (1 + Math.sqrt(1 + 8 * (entries ?? 0))) / 2;
  if (vector.space !== 'shared' || vector.shape.length !== 1 || !Number.isInteger(size))
    throw new InputError(
      `upperTriangle: expected a shared vector of n(n−1)/2 entries (1, 3, 6, 10, …), got ${signature(vector)}`,
    );
  if (isConstant(vector, 0)) return constant(0, [size, size], 'shared');
  return makeNode('upperTriangle', [vector], {}, 'shared', [size, size]);
}

/** The strictly upper entries of a square matrix, row by row: the transpose of `upperTriangle`. */
export function upperEntries(matrix: Node): Node {
  const size = squareSide('upperEntries', matrix);
  if (size < 2) throw new InputError(`upperEntries: ${signature(matrix)} has nothing above its diagonal`);
  const width = (size * (size - 1)) / 2;
  if (isConstant(matrix, 0)) return constant(0, [width], 'shared');
  return makeNode('upperEntries', [matrix], {}, 'shared', [width]);
}

/** exp(A) = Σ Aᵏ/k! of a square shared matrix. */
export function matrixExponential(matrix: Node): Node {
  const size = squareSide('matrixExponential', matrix);
  return makeNode('matrixExponential', [matrix], {}, 'shared', [size, size]);
}

/**
 * L(A, E), the Fréchet derivative of the matrix exponential at A in the direction E, linear in E: the upper right block
 * of exp [[A, E], [0, A]]. Higham, *Functions of Matrices*, SIAM 2008, section 3.2.
 */
export function frechetExponential(matrix: Node, direction: Node): Node {
  const size = squareSide('frechetExponential', matrix);
  if (squareSide('frechetExponential', direction) !== size)
    throw new InputError(`frechetExponential: ${signature(matrix)} and ${signature(direction)} must have one size`);
  if (isConstant(direction, 0)) return direction;
  return makeNode('frechetExponential', [matrix, direction], {}, 'shared', [size, size]);
}

function fits(start: number, length: number, extent: number): boolean {
  return Number.isInteger(start) && Number.isInteger(length) && start >= 0 && length >= 1 && start + length <= extent;
}

function sidesOf(name: string, matrix: Node): [number, number] {
  const [rows, columns] = matrix.shape;
  if (matrix.space !== 'shared' || rows === undefined || columns === undefined)
    throw new InputError(`${name}: expected a shared matrix, got ${signature(matrix)}`);
  return [rows, columns];
}

function squareSide(name: string, matrix: Node): number {
  const [rows, columns] = sidesOf(name, matrix);
  if (rows !== columns) throw new InputError(`${name}: expected a square matrix, got ${signature(matrix)}`);
  return rows;
}
