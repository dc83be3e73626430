/**
 * Products and linear systems of square matrices in float64, row-major [size · size]. A row of a sum is loaded and stored
 * once for four of its terms, and what is read for one row serves the next one too.
 */

/** out += a b */
export function accumulateProduct(out: Float64Array, a: Float64Array, b: Float64Array, size: number): void {
  const blocked = size - (size % 4);
  for (let row = 0; row < size * size; row += 2 * size) {
    const single = row + size === size * size;
    for (let k = 0; k < blocked; k += 4)
      if (single) addFour(out, row, 1, a, row + k, b, k * size, size);
      else addFourToTwo(out, row, a, row + k, b, k * size, size);
    for (let k = blocked; k < size; k++) {
      addOne(out, row, a[row + k]!, b, k * size, size);
      if (!single) addOne(out, row + size, a[row + size + k]!, b, k * size, size);
    }
  }
}

/** LU with partial pivoting; returns the map B → A⁻¹B. */
export function factorise(matrix: Float64Array, size: number): (right: Float64Array) => Float64Array {
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
    for (let i = 0; i < size; i++) eliminate(x, lu, i, 0, i, size);
    for (let i = size - 1; i >= 0; i--) {
      eliminate(x, lu, i, i + 1, size, size);
      const pivot = lu[i * size + i]!;
      for (let j = i * size; j < (i + 1) * size; j++) x[j]! /= pivot;
    }
    return x;
  };
}

/** Row i −= Σ lu[i, k] · row k, k from `first` to `end` − 1. */
function eliminate(x: Float64Array, lu: Float64Array, i: number, first: number, end: number, size: number): void {
  let k = first;
  for (; k + 4 <= end; k += 4) addFour(x, i * size, -1, lu, i * size + k, x, k * size, size);
  for (; k < end; k++) addOne(x, i * size, -lu[i * size + k]!, x, k * size, size);
}

/** out[to + j] += factor · b[from + j] */
function addOne(out: Float64Array, to: number, factor: number, b: Float64Array, from: number, size: number): void {
  for (let j = 0; j < size; j++) out[to + j]! += factor * b[from + j]!;
}

/** out[to + j] += sign · Σ a[at + k] · b[from + k · size + j] over four k. */
function addFour(
  out: Float64Array,
  to: number,
  sign: 1 | -1,
  a: Float64Array,
  at: number,
  b: Float64Array,
  from: number,
  size: number,
): void {
  const a0 = sign * a[at]!;
  const a1 = sign * a[at + 1]!;
  const a2 = sign * a[at + 2]!;
  const a3 = sign * a[at + 3]!;
  for (let j = 0, p = from; j < size; j++, p++)
    out[to + j]! += a0 * b[p]! + a1 * b[p + size]! + (a2 * b[p + 2 * size]! + a3 * b[p + 3 * size]!);
}

/** The same for the rows of `out` and `a` that start there and for those that follow them. */
function addFourToTwo(
  out: Float64Array,
  to: number,
  a: Float64Array,
  at: number,
  b: Float64Array,
  from: number,
  size: number,
): void {
  const a0 = a[at]!;
  const a1 = a[at + 1]!;
  const a2 = a[at + 2]!;
  const a3 = a[at + 3]!;
  const c0 = a[at + size]!;
  const c1 = a[at + size + 1]!;
  const c2 = a[at + size + 2]!;
  const c3 = a[at + size + 3]!;
  for (let j = to, p = from; j < to + size; j++, p++) {
    const b0 = b[p]!;
    const b1 = b[p + size]!;
    const b2 = b[p + 2 * size]!;
    const b3 = b[p + 3 * size]!;
    out[j]! += a0 * b0 + a1 * b1 + (a2 * b2 + a3 * b3);
    out[j + size]! += c0 * b0 + c1 * b1 + (c2 * b2 + c3 * b3);
  }
}
