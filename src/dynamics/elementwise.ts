/** Elementwise functions where one side may have one row and the other many. */
import { binaryRules, type Node, unaryRules } from '../graph/index.js';

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

const commutes = new Set(['add', 'multiply']);

/** @param node unary or binary. */
export function elementwise(node: Node, args: readonly Float64Array[], out: Float64Array): () => void {
  const [x = out, y = out] = args;
  if (node.op === 'unary') return unaryLoop(node.attributes.name, x, out);
  if (node.op !== 'binary') throw new Error(`${node.op} is not elementwise`);
  const { name } = node.attributes;
  if (x.length === y.length && same[name] !== undefined) return () => same[name]!(x, y, out);
  if (x.length > y.length && manyWithOne[name] !== undefined) return () => manyWithOne[name]!(x, y, out);
  if (x.length < y.length && commutes.has(name)) return () => manyWithOne[name]!(y, x, out);
  const { evaluate } = binaryRules[name];
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = evaluate(x[i % x.length]!, y[i % y.length]!);
  };
}

function unaryLoop(name: keyof typeof unaryRules, x: Float64Array, out: Float64Array): () => void {
  if (name === 'negate')
    return () => {
      for (let i = 0; i < out.length; i++) out[i] = -x[i]!;
    };
  if (name === 'tanh')
    return () => {
      for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]!);
    };
  const { evaluate } = unaryRules[name];
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = evaluate(x[i]!);
  };
}
