/**
 * Elementwise functions of two values. The commonest are loops of their own, also where one side is a number: every engine
 * prepares shared values with them once a run, and a call for every entry costs several times the operation.
 */
import { binaryRules, type Node, type NodeOf } from '../../graph/index.js';

type Arrays = (a: Float64Array, b: Float64Array, out: Float64Array) => void;
type WithNumber = (a: Float64Array, b: number, out: Float64Array) => void;

const arrays: { readonly [name: string]: Arrays | undefined } = {
  add: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
  },
  subtract: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! - b[i]!;
  },
  multiply: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! * b[i]!;
  },
};

/** Of functions that do not care which side the number is on. */
const withNumber: { readonly [name: string]: WithNumber | undefined } = {
  add: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! + b;
  },
  multiply: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! * b;
  },
};

type BinaryNode = NodeOf<'binary'> & Node;

/** The argument that is a number taken as it is, so that its array is not read. */
export function numberArgument(node: Node): 0 | 1 | undefined {
  if (node.op !== 'binary' || withNumber[node.attributes.name] === undefined) return undefined;
  if (numberOf(node.args[1]!) !== undefined) return 1;
  return numberOf(node.args[0]!) === undefined ? undefined : 0;
}

export function evaluateBinary(node: BinaryNode, args: readonly Float64Array[], out: Float64Array): void {
  const { name } = node.attributes;
  const side = numberArgument(node);
  if (side !== undefined) withNumber[name]!(args[1 - side]!, numberOf(node.args[side]!)!, out);
  else (arrays[name] ?? oneByOne(binaryRules[name].evaluate))(args[0]!, args[1]!, out);
}

function oneByOne(evaluate: (a: number, b: number) => number): Arrays {
  return (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = evaluate(a[i]!, b[i]!);
  };
}

function numberOf(node: Node): number | undefined {
  if (node.op !== 'constant') return undefined;
  return typeof node.attributes.value === 'number' ? node.attributes.value : undefined;
}
