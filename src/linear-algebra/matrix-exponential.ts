/**
 * The matrix exponential and its Fréchet derivative in float64: scaling and squaring with the diagonal Padé approximant
 * of degree 13 (Higham, *The scaling and squaring method for the matrix exponential revisited*, SIAM J. Matrix Anal.
 * Appl. 2005), differentiated step by step (Al-Mohy & Higham, *Computing the Fréchet derivative of the matrix
 * exponential*, ibid. 2009). Matrices are row-major Float64Array [n · n].
 */

import { accumulateProduct, factorise } from './dense.js';

/** A matrix A, or A + εE with ε² = 0: sums and products of these carry the derivative in the direction E along. */
interface Dual {
  readonly value: Float64Array;
  readonly tangent?: Float64Array | undefined;
}

/** Numerator coefficients of degree 0 to 13; the denominator's alternate in sign. */
const pade: readonly number[] = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];

/** ‖A‖₁ up to which degree 13 has full accuracy for the derivative too (Al-Mohy & Higham, table 6.1). */
const largestNorm = 4.74;

/** exp(A). NaN everywhere if A is not finite. */
export function exponential(matrix: Float64Array, size: number): Float64Array {
  return scaleAndSquare({ value: matrix }, size).value;
}

/** L(A, E), the derivative of exp(A + tE) at t = 0. NaN everywhere if A is not finite. */
export function exponentialDerivative(matrix: Float64Array, direction: Float64Array, size: number): Float64Array {
  return scaleAndSquare({ value: matrix, tangent: direction }, size).tangent!;
}

function scaleAndSquare(matrix: Dual, size: number): Dual {
  const norm = oneNorm(matrix.value, size);
  if (!Number.isFinite(norm)) return map(matrix, (values) => new Float64Array(values.length).fill(Number.NaN));
  const squarings = Math.max(0, Math.ceil(Math.log2(norm / largestNorm)));
  let result = approximant(
    map(matrix, (values) => values.map((x) => x * 2 ** -squarings)),
    size,
  );
  for (let i = 0; i < squarings; i++) result = product(result, result, size);
  return result;
}

/** r₁₃(A) = (V − U)⁻¹(V + U), U its odd and V its even terms. */
function approximant(A: Dual, size: number): Dual {
  const A2 = product(A, A, size);
  const A4 = product(A2, A2, size);
  const A6 = product(A2, A4, size);
  const powers = [A2, A4, A6];
  /** The terms of degree `first` to `first` + 6 in steps of two, over A to the power `first`. */
  const terms = (first: number) => addIdentity(combination(powers, [first + 2, first + 4, first + 6]), first, size);
  const upper = (first: number) => product(A6, combination(powers, [first + 8, first + 10, first + 12]), size);
  const odd = product(A, sum(upper(1), terms(1)), size);
  const even = sum(upper(0), terms(0));
  return solve(sum(even, odd, -1), sum(even, odd), size);
}

function combination(matrices: readonly Dual[], degrees: readonly number[]): Dual {
  const weights = degrees.map((degree) => pade[degree]!);
  const combine = (parts: readonly Float64Array[]) => {
    const total = new Float64Array(parts[0]!.length);
    for (const [k, part] of parts.entries()) {
      const weight = weights[k]!;
      for (let i = 0; i < total.length; i++) total[i]! += weight * part[i]!;
    }
    return total;
  };
  const value = combine(matrices.map((matrix) => matrix.value));
  if (matrices[0]!.tangent === undefined) return { value };
  return { value, tangent: combine(matrices.map((matrix) => matrix.tangent!)) };
}

function addIdentity(matrix: Dual, degree: number, size: number): Dual {
  for (let i = 0; i < size; i++) matrix.value[i * size + i]! += pade[degree]!;
  return matrix;
}

/** a + sign · b */
function sum(a: Dual, b: Dual, sign: 1 | -1 = 1): Dual {
  const added = (x: Float64Array, y: Float64Array) => {
    const total = x.slice();
    for (let i = 0; i < total.length; i++) total[i]! += sign * y[i]!;
    return total;
  };
  const value = added(a.value, b.value);
  return a.tangent === undefined ? { value } : { value, tangent: added(a.tangent, b.tangent!) };
}

function product(a: Dual, b: Dual, size: number): Dual {
  const value = new Float64Array(size * size);
  accumulateProduct(value, a.value, b.value, size);
  if (a.tangent === undefined || b.tangent === undefined) return { value };
  const tangent = new Float64Array(size * size);
  accumulateProduct(tangent, a.tangent, b.value, size);
  accumulateProduct(tangent, a.value, b.tangent, size);
  return { value, tangent };
}

/** Q⁻¹P; its tangent solves Q dX = dP − dQ X. */
function solve(Q: Dual, P: Dual, size: number): Dual {
  const solved = factorise(Q.value, size);
  const value = solved(P.value);
  if (P.tangent === undefined || Q.tangent === undefined) return { value };
  const right = P.tangent.slice();
  accumulateProduct(
    right,
    Q.tangent.map((x) => -x),
    value,
    size,
  );
  return { value, tangent: solved(right) };
}

/** The largest sum of magnitudes in a column. */
function oneNorm(matrix: Float64Array, size: number): number {
  const sums = new Float64Array(size);
  for (let i = 0; i < matrix.length; i++) sums[i % size]! += Math.abs(matrix[i]!);
  return sums.reduce((largest, own) => Math.max(largest, own), 0);
}

function map({ value, tangent }: Dual, rule: (values: Float64Array) => Float64Array): Dual {
  return tangent === undefined ? { value: rule(value) } : { value: rule(value), tangent: rule(tangent) };
}
