/**
 * The matrix exponential and its Fréchet derivative in float64: scaling and squaring with the diagonal Padé approximant
 * of degree 13 (Higham, *The scaling and squaring method for the matrix exponential revisited*, SIAM J. Matrix Anal.
 * Appl. 2005), differentiated step by step (Al-Mohy & Higham, *Computing the Fréchet derivative of the matrix
 * exponential*, ibid. 2009). Matrices are row-major Float64Array [n · n].
 */

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
  const combine = (parts: readonly Float64Array[]) =>
    parts[0]!.map((_, i) => parts.reduce((total, part, k) => total + weights[k]! * part[i]!, 0));
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
  const added = (x: Float64Array, y: Float64Array) => x.map((entry, i) => entry + sign * y[i]!);
  const value = added(a.value, b.value);
  return a.tangent === undefined ? { value } : { value, tangent: added(a.tangent, b.tangent!) };
}

function product(a: Dual, b: Dual, size: number): Dual {
  const value = new Float64Array(size * size);
  accumulate(value, a.value, b.value, size);
  if (a.tangent === undefined || b.tangent === undefined) return { value };
  const tangent = new Float64Array(size * size);
  accumulate(tangent, a.tangent, b.value, size);
  accumulate(tangent, a.value, b.tangent, size);
  return { value, tangent };
}

/** out += a b, four rows of b at a time so that a row of the sum is loaded and stored a quarter as often. */
function accumulate(out: Float64Array, a: Float64Array, b: Float64Array, size: number): void {
  const blocked = size - (size % 4);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let k = 0; k < blocked; k += 4) {
      const [a0, a1, a2, a3] = [a[row + k]!, a[row + k + 1]!, a[row + k + 2]!, a[row + k + 3]!];
      const [b0, b1, b2, b3] = [k * size, (k + 1) * size, (k + 2) * size, (k + 3) * size];
      for (let j = 0; j < size; j++)
        out[row + j]! += a0 * b[b0 + j]! + a1 * b[b1 + j]! + (a2 * b[b2 + j]! + a3 * b[b3 + j]!);
    }
    for (let k = blocked; k < size; k++) {
      const left = a[row + k]!;
      for (let j = 0; j < size; j++) out[row + j]! += left * b[k * size + j]!;
    }
  }
}

/** Q⁻¹P; its tangent solves Q dX = dP − dQ X. */
function solve(Q: Dual, P: Dual, size: number): Dual {
  const solved = factorise(Q.value, size);
  const value = solved(P.value);
  if (P.tangent === undefined || Q.tangent === undefined) return { value };
  const right = P.tangent.slice();
  accumulate(
    right,
    Q.tangent.map((x) => -x),
    value,
    size,
  );
  return { value, tangent: solved(right) };
}

/** LU with partial pivoting; returns the map B → Q⁻¹B. */
function factorise(matrix: Float64Array, size: number): (right: Float64Array) => Float64Array {
  const lu = matrix.slice();
  const order = Array.from({ length: size }, (_, row) => row);
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(lu[i * size + k]!) > Math.abs(lu[pivot * size + k]!)) pivot = i;
    if (pivot !== k) {
      for (let j = 0; j < size; j++) {
        const kept = lu[k * size + j]!;
        lu[k * size + j] = lu[pivot * size + j]!;
        lu[pivot * size + j] = kept;
      }
      [order[k], order[pivot]] = [order[pivot]!, order[k]!];
    }
    for (let i = k + 1; i < size; i++) {
      lu[i * size + k]! /= lu[k * size + k]!;
      const factor = lu[i * size + k]!;
      for (let j = k + 1; j < size; j++) lu[i * size + j]! -= factor * lu[k * size + j]!;
    }
  }
  return (right) => {
    const x = new Float64Array(size * size);
    for (const [row, from] of order.entries()) x.set(right.subarray(from * size, (from + 1) * size), row * size);
    for (let i = 0; i < size; i++) for (let k = 0; k < i; k++) subtractRow(x, i, k, lu[i * size + k]!, size);
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) subtractRow(x, i, k, lu[i * size + k]!, size);
      for (let j = 0; j < size; j++) x[i * size + j]! /= lu[i * size + i]!;
    }
    return x;
  };
}

/** Row i −= factor · row k. */
function subtractRow(x: Float64Array, i: number, k: number, factor: number, size: number): void {
  for (let j = 0; j < size; j++) x[i * size + j]! -= factor * x[k * size + j]!;
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
