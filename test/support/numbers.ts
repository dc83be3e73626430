import type { Tensor, Tensors } from '../../src/graph/index.js';
import type { Generator } from '../../src/random/index.js';

/** max|Δ| / max|expected|; the plain max|Δ| where everything expected is zero; NaN if anything is NaN. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length)
    throw new Error(`relativeError: ${actual.length} values against ${expected.length}`);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return largest === 0 ? difference : difference / largest;
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`dot: ${a.length} values against ${b.length}`);
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** Normal values, exact in float32 so that every engine starts from the same numbers. */
export function normals(generator: Generator, count: number, scale = 1): Float64Array {
  return Float64Array.from({ length: count }, () => Math.fround(scale * generator.normal()));
}

/** a + t b */
export function along(a: Float64Array, t: number, b: Float64Array): Float64Array {
  return a.map((value, i) => value + t * b[i]!);
}

/** a + t b, tensor by tensor; a tensor that b lacks stays. */
export function tensorsAlong(a: Tensors, t: number, b: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(a).map(([name, { shape, data }]): [string, Tensor] => {
      const direction = b[name];
      return [name, { shape, data: direction === undefined ? data : along(data, t, direction.data) }];
    }),
  );
}

/** Named results, each a flat array. */
export type Results = Readonly<Record<string, Float64Array>>;

/**
 * d/dt at 0 of named results, by central differences at three step sizes and two Richardson extrapolations; `error` is
 * how far the last extrapolation moved each result, relative to its largest entry: an honest bound on the truncation.
 */
export async function differentiate(
  of: (t: number) => Promise<Results>,
  step = 0.004,
): Promise<{ readonly value: Results; readonly error: Readonly<Record<string, number>> }> {
  const central = async (h: number): Promise<Results> => {
    const [ahead, behind] = [await of(h), await of(-h)];
    return combine(ahead, behind, (a, b) => (a - b) / (2 * h));
  };
  const [coarse, middle, fine] = [await central(step), await central(step / 2), await central(step / 4)];
  const once = (better: Results, worse: Results) => combine(better, worse, (b, w) => (4 * b - w) / 3);
  const best = once(fine, middle);
  const value = combine(best, once(middle, coarse), (b, w) => (16 * b - w) / 15);
  const error = Object.fromEntries(Object.keys(value).map((name) => [name, relativeError(best[name]!, value[name]!)]));
  return { value, error };
}

function combine(a: Results, b: Results, rule: (a: number, b: number) => number): Results {
  return Object.fromEntries(
    Object.entries(a).map(([name, values]) => [name, values.map((value, i) => rule(value, b[name]![i]!))]),
  );
}
