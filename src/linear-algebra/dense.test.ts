import { describe, expect, it } from 'vitest';
import { accumulateProduct, factorise } from './dense.js';

/** Numbers between −1 and 1, always the same. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

function plainProduct(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const entry = (i: number, j: number) =>
    Array.from({ length: size }, (_, k) => a[i * size + k]! * b[k * size + j]!).reduce((total, x) => total + x, 0);
  return Float64Array.from({ length: size * size }, (_, at) => entry(Math.floor(at / size), at % size));
}

// Every remainder of rows in twos and of terms in fours.
describe.each([1, 2, 3, 4, 5, 6, 7, 8, 13])('matrices of size %i', (size) => {
  const a = numbers(size * size, 1);
  const b = numbers(size * size, 2);

  it('adds a product', () => {
    const out = numbers(size * size, 3);
    const expected = plainProduct(a, b, size).map((x, at) => x + out[at]!);
    accumulateProduct(out, a, b, size);
    for (const [at, x] of expected.entries()) expect(Math.abs(out[at]! - x)).toBeLessThan(1e-14 * size);
  });

  it('solves linear systems', () => {
    // Diagonally dominant after a change of rows, so that pivoting matters and the error stays at rounding.
    const matrix = a.map((x, at) => x / size + (at % size === (Math.floor(at / size) + 1) % size ? 2 : 0));
    const solution = factorise(matrix, size)(b);
    const again = plainProduct(matrix, solution, size);
    for (const [at, x] of b.entries()) expect(Math.abs(again[at]! - x)).toBeLessThan(1e-13);
  });
});
