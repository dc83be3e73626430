/** Elementwise operations as constructors: operands are brought to one space and shape, and constants simplified. */
import { InputError } from '../errors.js';
import { type ElementwiseName, type elementwise, elementwiseNames, elementwiseRow } from './elementwise.js';
import { isConstant, isElementwise, makeNode, type Node, sameShape } from './node.js';
import { signature } from './print.js';
import { broadcast, broadcastRows, constant, constantLike } from './structure.js';

/** A node or a plain number. */
export type Expression = Node | number;

interface Constructors {
  1: (x: Expression) => Node;
  2: (a: Expression, b: Expression) => Node;
  3: (a: Expression, b: Expression, c: Expression) => Node;
}

/** A constructor for every row of the table. */
export const elementwiseFunctions = Object.fromEntries(
  elementwiseNames.map((name) => [name, (...args: Expression[]) => apply(name, args)]),
) as { readonly [N in ElementwiseName]: Constructors[(typeof elementwise)[N]['arity']] };

export const { negate, tanh, sigmoid, exp, log, sqrt, sin, cos, absolute, sign, square, reciprocal, softplus } =
  elementwiseFunctions;
export const { add, subtract, multiply, divide, maximum, minimum, greater, select } = elementwiseFunctions;

export function relu(x: Expression): Node {
  return maximum(x, 0);
}

/** One elementwise operation by name, of as many operands as its arity. */
export function apply(name: ElementwiseName, operands: readonly Expression[]): Node {
  const args = aligned(name, operands);
  const [first] = args;
  return simplified(name, args) ?? makeNode('elementwise', args, { name }, first!.space, first!.shape);
}

/** The few rewrites that keep derivatives small; equal subexpressions are merged later (`mergeEqual`). */
function simplified(name: ElementwiseName, args: readonly Node[]): Node | undefined {
  const [a, b, c] = args as readonly [Node, Node, Node];
  switch (name) {
    case 'negate':
      if (isElementwise(a, 'negate')) return a.args[0]!;
      return folded(name, args);
    case 'add':
      if (isConstant(a, 0)) return b;
      if (isConstant(b, 0)) return a;
      if (isElementwise(b, 'negate')) return subtract(a, b.args[0]!);
      return folded(name, args);
    case 'subtract':
      if (isConstant(b, 0)) return a;
      if (isConstant(a, 0)) return negate(b);
      return folded(name, args);
    case 'multiply':
      if (isConstant(a, 0) || isConstant(b, 0)) return constantLike(a, 0);
      if (isConstant(a, 1)) return b;
      if (isConstant(b, 1)) return a;
      if (isConstant(a, -1)) return negate(b);
      if (isConstant(b, -1)) return negate(a);
      return folded(name, args);
    case 'divide':
      if (isConstant(a, 0) || isConstant(b, 1)) return a;
      return folded(name, args);
    case 'select':
      return isConstant(b, 0) && isConstant(c, 0) ? b : undefined;
    default:
      return undefined;
  }
}

/** Arithmetic on numbers alone is done here. */
function folded(name: ElementwiseName, args: readonly Node[]): Node | undefined {
  const numbers = args.map((arg) => (arg.op === 'constant' ? arg.attributes.value : undefined));
  if (!numbers.every((value) => typeof value === 'number')) return undefined;
  const { evaluate } = elementwiseRow(name) as { evaluate: (...numbers: number[]) => number };
  return constantLike(args[0]!, evaluate(...numbers));
}

function lift(x: Expression): Node {
  return typeof x === 'number' ? constant(x, [1], 'shared') : x;
}

function aligned(name: ElementwiseName, operands: readonly Expression[]): readonly Node[] {
  const { arity } = elementwiseRow(name);
  if (operands.length !== arity)
    throw new InputError(`${name}: takes ${arity} operand${arity === 1 ? '' : 's'}, got ${operands.length}`);
  const [a, b, c] = operands;
  if (arity === 1) return [lift(a!)];
  if (arity === 2) return align(name, a!, b!);
  const [second, third] = align(name, b!, c!);
  const [first, widened] = align(name, a!, second);
  return [first, widened, align(name, first, third)[1]];
}

/** Brings two operands to one space and shape. */
function align(name: string, a: Expression, b: Expression): [Node, Node] {
  let left = lift(a);
  let right = lift(b);
  const mismatch = () =>
    new InputError(
      `${name}: ${signature(left)} and ${signature(right)} do not fit; shapes must be equal, or one of them a single entry`,
    );
  if (left.space !== right.space) {
    if (left.space === 'shared' && left.shape.length !== 1) throw mismatch();
    if (right.space === 'shared' && right.shape.length !== 1) throw mismatch();
    left = broadcastRows(left);
    right = broadcastRows(right);
  }
  if (sameShape(left.shape, right.shape)) return [left, right];
  if (sameShape(left.shape, [1])) return [broadcast(left, right.shape), right];
  if (sameShape(right.shape, [1])) return [left, broadcast(right, left.shape)];
  throw mismatch();
}
