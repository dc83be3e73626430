import { describe, expect, it } from 'vitest';
import { createGenerator } from '../random/index.js';
import { exponential, exponentialDerivative } from './matrix-exponential.js';

type Matrix = Float64Array;

function random(size: number, scale: number, seed: number): Matrix {
  const generator = createGenerator(seed, 'matrix exponential');
  return Float64Array.from({ length: size * size }, () => scale * generator.normal());
}

const transposed = (a: Matrix, size: number): Matrix => a.map((_, i) => a[(i % size) * size + Math.floor(i / size)]!);

function times(a: Matrix, b: Matrix, size: number): Matrix {
  return a.map((_, place) => {
    const [i, j] = [Math.floor(place / size), place % size];
    let total = 0;
    for (let k = 0; k < size; k++) total += a[i * size + k]! * b[k * size + j]!;
    return total;
  });
}

const skew = (a: Matrix, size: number): Matrix => {
  const other = transposed(a, size);
  return a.map((x, i) => x - other[i]!);
};

const identity = (size: number): Matrix =>
  Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));

const largest = (a: Matrix) => a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const distance = (a: Matrix, b: Matrix) => largest(a.map((x, i) => x - b[i]!));
const dot = (a: Matrix, b: Matrix) => a.reduce((total, x, i) => total + x * b[i]!, 0);

describe('exp(A)', () => {
  it.each([0, 1e-9, 0.3, 1, Math.PI, 20, 500])('of a 2 × 2 generator is the rotation by %f', (angle) => {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const found = exponential(Float64Array.of(0, -angle, angle, 0), 2);
    expect(distance(found, Float64Array.of(c, -s, s, c))).toBeLessThan(2e-16 * Math.max(10, 4 * angle));
  });

  it.each([
    [2, 1],
    [5, 0.3],
    [33, 0.5],
    [33, 3],
    [64, 0.01],
  ])('of a skew-symmetric matrix of size %i, scale %f, is orthogonal to 1e-12', (size, scale) => {
    const Q = exponential(skew(random(size, scale, size), size), size);
    expect(distance(times(Q, transposed(Q, size), size), identity(size))).toBeLessThan(1e-12);
  });

  it('of a diagonal, of a nilpotent and of a one-by-one matrix is known', () => {
    const found = exponential(Float64Array.of(-3, 0, 0, 0, 0.5, 0, 0, 0, 2), 3);
    const expected = [-3, 0.5, 2].map(Math.exp);
    for (const [i, value] of expected.entries()) expect(found[4 * i]! / value - 1).toBeCloseTo(0, 14);
    expect(distance(exponential(Float64Array.of(0, 7, 0, 0), 2), Float64Array.of(1, 7, 0, 1))).toBeLessThan(1e-14);
    expect(exponential(Float64Array.of(30), 1)[0]! / Math.exp(30) - 1).toBeCloseTo(0, 13);
  });

  it('satisfies exp(A)exp(−A) = I and exp(2A) = exp(A)²', () => {
    const A = random(6, 1.5, 2);
    const E = exponential(A, 6);
    const inverse = exponential(
      A.map((x) => -x),
      6,
    );
    expect(distance(times(E, inverse, 6), identity(6))).toBeLessThan(1e-13 * largest(E) * largest(inverse));
    const doubled = exponential(
      A.map((x) => 2 * x),
      6,
    );
    expect(distance(times(E, E, 6), doubled) / largest(doubled)).toBeLessThan(1e-13);
  });

  it('is NaN, and returns, where A is not finite', () => {
    expect([...exponential(Float64Array.of(0, Number.NaN, 1, 0), 2)].every(Number.isNaN)).toBe(true);
    expect([...exponential(Float64Array.of(0, 1, Number.POSITIVE_INFINITY, 0), 2)].every(Number.isNaN)).toBe(true);
  });
});

describe('L(A, E)', () => {
  const size = 5;

  it.each([0.05, 0.6, 4])('is the upper right block of exp [[A, E], [0, A]], scale %f', (scale) => {
    const [A, E] = [random(size, scale, 1), random(size, 1, 3)];
    const wide = 2 * size;
    const blocks = new Float64Array(wide * wide);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        blocks[i * wide + j] = blocks[(i + size) * wide + j + size] = A[i * size + j]!;
        blocks[i * wide + j + size] = E[i * size + j]!;
      }
    const whole = exponential(blocks, wide);
    const expected = A.map((_, place) => whole[Math.floor(place / size) * wide + (place % size) + size]!);
    const found = exponentialDerivative(A, E, size);
    expect(distance(found, expected) / largest(expected)).toBeLessThan(1e-13);
  });

  it('is the limit of differences', () => {
    const [A, E] = [random(size, 0.6, 1), random(size, 1, 3)];
    const at = (t: number) =>
      exponential(
        A.map((x, i) => x + t * E[i]!),
        size,
      );
    const central = (t: number) => {
      const behind = at(-t);
      return at(t).map((x, i) => (x - behind[i]!) / (2 * t));
    };
    const [coarse, fine] = [central(1e-3), central(5e-4)];
    const expected = fine.map((x, i) => (4 * x - coarse[i]!) / 3);
    expect(distance(exponentialDerivative(A, E, size), expected) / largest(expected)).toBeLessThan(1e-10);
  });

  it('has the adjoint L(Aᵀ, ·): ⟨C, L(A, E)⟩ = ⟨L(Aᵀ, C), E⟩', () => {
    const [A, E, C] = [random(size, 2, 1), random(size, 1, 3), random(size, 1, 4)];
    const forward = dot(C, exponentialDerivative(A, E, size));
    const backward = dot(exponentialDerivative(transposed(A, size), C, size), E);
    expect(Math.abs(forward - backward) / Math.abs(forward)).toBeLessThan(1e-13);
  });

  it('in the direction A is A exp(A)', () => {
    const A = random(size, 1, 9);
    const expected = times(A, exponential(A, size), size);
    expect(distance(exponentialDerivative(A, A, size), expected) / largest(expected)).toBeLessThan(1e-13);
  });
});
