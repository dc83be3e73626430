/** Plain float64 vector arithmetic, and parameters as one vector. */
import { sizeOf, type Tensor, type Tensors } from '../graph/index.js';
import { createGenerator, type Generator } from '../random/index.js';

export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** a += c b */
export function addTo(a: Float64Array, c: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! += c * b[i]!;
}

export function scaled(a: Float64Array, c: number): Float64Array {
  return a.map((value) => c * value);
}

/** Removes the components along orthonormal vectors, twice: once is not enough in floating point (Kahan; Parlett). */
export function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) for (const other of basis) addTo(vector, -dot(vector, other), other);
}

export function normalVector(size: number, generator: Generator): Float64Array {
  return Float64Array.from({ length: size }, () => generator.normal());
}

export function signVector(size: number, generator: Generator): Float64Array {
  return Float64Array.from({ length: size }, () => (generator.uniform() < 0.5 ? -1 : 1));
}

/** A random vector of length one, from a seed and a purpose. */
export function unitVector(size: number, seed: number, ...labels: (string | number)[]): Float64Array {
  const vector = normalVector(size, createGenerator(seed, ...labels));
  return scaled(vector, 1 / norm(vector));
}

/** The named tensors one after another. */
export function flatten(tensors: Tensors, names: readonly string[]): Float64Array {
  const parts = names.map((name) => tensors[name]!.data);
  const flat = new Float64Array(parts.reduce((total, part) => total + part.length, 0));
  let start = 0;
  for (const part of parts) {
    flat.set(part, start);
    start += part.length;
  }
  return flat;
}

/** The inverse of {@link flatten}; tensors of `shapes` that are not named are zero. */
export function unflatten(
  vector: Float64Array,
  names: readonly string[],
  shapes: Readonly<Record<string, readonly number[]>>,
): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(shapes))
    if (!names.includes(name)) tensors[name] = { shape, data: new Float64Array(sizeOf(shape)) };
  let start = 0;
  for (const name of names) {
    const shape = shapes[name]!;
    const end = start + sizeOf(shape);
    tensors[name] = { shape, data: vector.slice(start, end) };
    start = end;
  }
  return tensors;
}
