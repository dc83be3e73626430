/** Elementwise functions where one side may have one row and the other many. */
import { elementwiseRow, type NodeOf } from '../graph/index.js';

/** out[i] = f(a[i modulo a's length], b[…]): the side with fewer rows starts again at each row of the other. */
type Loop = (a: Float64Array, b: Float64Array, out: Float64Array) => void;

const same: { readonly [name: string]: Loop | undefined } = {
  add: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
  },
  subtract: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! - b[i]!;
  },
  multiply: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! * b[i]!;
  },
  divide: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! / b[i]!;
  },
};

/** The first has many rows, the second one. */
const manyWithOne: typeof same = {
  add: (a, b, out) => {
    const width = b.length;
    for (let start = 0; start < out.length; start += width)
      for (let j = 0; j < width; j++) out[start + j] = a[start + j]! + b[j]!;
  },
  subtract: (a, b, out) => {
    const width = b.length;
    for (let start = 0; start < out.length; start += width)
      for (let j = 0; j < width; j++) out[start + j] = a[start + j]! - b[j]!;
  },
  multiply: (a, b, out) => {
    const width = b.length;
    for (let start = 0; start < out.length; start += width)
      for (let j = 0; j < width; j++) out[start + j] = a[start + j]! * b[j]!;
  },
  divide: (a, b, out) => {
    const width = b.length;
    for (let start = 0; start < out.length; start += width)
      for (let j = 0; j < width; j++) out[start + j] = a[start + j]! / b[j]!;
  },
};

/** Operands of rows of their own number, one of which stands in all the others. */
export function elementwiseLoop(
  { attributes: { name } }: NodeOf<'elementwise'>,
  args: readonly Float64Array[],
  out: Float64Array,
): () => void {
  const [x = out, y = out, z = out] = args;
  const row = elementwiseRow(name);
  if (row.arity === 1) return unaryLoop(name, row.evaluate, x, out);
  if (row.arity === 3)
    return () => {
      for (let i = 0; i < out.length; i++) out[i] = row.evaluate(x[i % x.length]!, y[i % y.length]!, z[i % z.length]!);
    };
  if (x.length === y.length && same[name] !== undefined) return () => same[name]!(x, y, out);
  if (x.length > y.length && manyWithOne[name] !== undefined) return () => manyWithOne[name]!(x, y, out);
  if (x.length < y.length && row.commutes && manyWithOne[name] !== undefined)
    return () => manyWithOne[name]!(y, x, out);
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = row.evaluate(x[i % x.length]!, y[i % y.length]!);
  };
}

/** The two commonest are loops of their own: a call for every entry costs more than they do. */
function unaryLoop(name: string, evaluate: (x: number) => number, x: Float64Array, out: Float64Array): () => void {
  if (name === 'negate')
    return () => {
      for (let i = 0; i < out.length; i++) out[i] = -x[i]!;
    };
  if (name === 'tanh')
    return () => {
      for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]!);
    };
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = evaluate(x[i]!);
  };
}
