/**
 * Elementwise operations; their rows stand in `../elementwise.ts`. The commonest are loops of their own, also where one side is
 * a number: every engine prepares shared values with them once a run, and a call for every entry costs several times the
 * operation.
 */
import { elementwiseRow } from '../elementwise.js';
import type { Node } from '../node.js';
import * as make from '../operations.js';
import type { Kind } from './kind.js';

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

/** The argument that is a number taken as it is, so that its array is not read. */
export function numberArgument(node: Node): 0 | 1 | undefined {
  if (node.op !== 'elementwise' || withNumber[node.attributes.name] === undefined) return undefined;
  if (numberOf(node.args[1]!) !== undefined) return 1;
  return numberOf(node.args[0]!) === undefined ? undefined : 0;
}

function numberOf(node: Node): number | undefined {
  if (node.op !== 'constant') return undefined;
  return typeof node.attributes.value === 'number' ? node.attributes.value : undefined;
}

function evaluate(node: Node & { op: 'elementwise' }, args: readonly Float64Array[], out: Float64Array): void {
  const { name } = node.attributes;
  const side = numberArgument(node);
  if (side !== undefined) withNumber[name]!(args[1 - side]!, numberOf(node.args[side]!)!, out);
  else (arrays[name] ?? oneByOne(name))(args[0]!, args[1]!, out, args[2]!);
}

function oneByOne(
  name: Parameters<typeof elementwiseRow>[0],
): (a: Float64Array, b: Float64Array, out: Float64Array, c: Float64Array) => void {
  const row = elementwiseRow(name);
  switch (row.arity) {
    case 1:
      return (a, _, out) => {
        for (let i = 0; i < out.length; i++) out[i] = row.evaluate(a[i]!);
      };
    case 2:
      return (a, b, out) => {
        for (let i = 0; i < out.length; i++) out[i] = row.evaluate(a[i]!, b[i]!);
      };
    case 3:
      return (a, b, out, c) => {
        for (let i = 0; i < out.length; i++) out[i] = row.evaluate(a[i]!, b[i]!, c[i]!);
      };
  }
}

export const elementwise: Kind<'elementwise'> = {
  cost: 'cheap',
  evaluate,
  tangent: (node, args, tangents) => elementwiseRow(node.attributes.name).tangent<Node>(make, args, tangents, node),
  transpose: (node, ct, active) =>
    elementwiseRow(node.attributes.name).transpose?.<Node>(make, node.args, ct, active) ?? null,
  rebuild: (node, args) => make.apply(node.attributes.name, args),
};
