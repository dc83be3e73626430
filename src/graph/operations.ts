/**
 * The expression API: what a cell's author writes with. Numbers are lifted; a value of one entry is broadcast; a
 * shared vector meeting a row vector is spread over rows. Shapes are checked here, where the mistake is made, and
 * the message names the operation and both operands.
 *
 * Each constructor applies the few rewrites that keep derivatives small (x·1, x+0, −−x, Wᵀᵀ); common
 * subexpressions are merged later, in `simplify.ts`.
 */
import { InputError } from '../errors.js';
import {
  type BinaryName,
  type Distribution,
  type InputRole,
  isConstant,
  makeNode,
  type Node,
  type Shape,
  type Space,
  sameShape,
  type UnaryName,
} from './node.js';
import { signature } from './print.js';
import { sizeOf } from './tensor.js';

/** A node or a plain number. */
export type Expression = Node | number;

export function input(role: InputRole, name: string, shape: Shape): Node {
  if (shape.length === 0 || shape.some((extent) => !Number.isInteger(extent) || extent < 1))
    throw new InputError(`input ${name}: every extent of the shape must be a positive integer, got [${shape}]`);
  return makeNode('input', [], { role, name }, role === 'shared' ? 'shared' : 'row', shape);
}

export function constant(value: number, shape: Shape, space: Space): Node {
  return makeNode('constant', [], { value }, space, shape);
}

/** A shared constant with its values, row-major. */
export function sharedConstant(shape: Shape, values: ArrayLike<number>): Node {
  if (values.length !== sizeOf(shape))
    throw new InputError(`constant: shape [${shape}] needs ${sizeOf(shape)} values, got ${values.length}`);
  return makeNode('constant', [], { value: Float64Array.from(values) }, 'shared', shape);
}

export function identityMatrix(size: number): Node {
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = 1;
  return sharedConstant([size, size], values);
}

export function constantLike(node: Node, value: number): Node {
  return constant(value, node.shape, node.space);
}

/** Noise of `width` units; `rate` is the probability of 0 of a Bernoulli draw (which is otherwise 1). */
export function noise(distribution: Distribution, stream: number, width: number, rate = 0): Node {
  return makeNode('noise', [], { distribution, stream, rate }, 'row', [width]);
}

function unary(name: UnaryName, x: Expression): Node {
  const node = lift(x);
  return makeNode('unary', [node], { name }, node.space, node.shape);
}

export const tanh = (x: Expression): Node => unary('tanh', x);
export const sigmoid = (x: Expression): Node => unary('sigmoid', x);
export const exp = (x: Expression): Node => unary('exp', x);
export const log = (x: Expression): Node => unary('log', x);
export const sqrt = (x: Expression): Node => unary('sqrt', x);
export const sin = (x: Expression): Node => unary('sin', x);
export const cos = (x: Expression): Node => unary('cos', x);
export const absolute = (x: Expression): Node => unary('absolute', x);
export const sign = (x: Expression): Node => unary('sign', x);
export const square = (x: Expression): Node => unary('square', x);
export const reciprocal = (x: Expression): Node => unary('reciprocal', x);

export function negate(x: Expression): Node {
  const node = lift(x);
  if (node.op === 'constant' && typeof node.attributes.value === 'number')
    return constantLike(node, -node.attributes.value);
  if (node.op === 'unary' && node.attributes.name === 'negate') return node.args[0]!;
  return unary('negate', node);
}

export function add(a: Expression, b: Expression): Node {
  const [left, right] = align('add', a, b);
  if (isConstant(left, 0)) return right;
  if (isConstant(right, 0)) return left;
  if (right.op === 'unary' && right.attributes.name === 'negate') return subtract(left, right.args[0]!);
  return fold('add', left, right, (x, y) => x + y);
}

export function subtract(a: Expression, b: Expression): Node {
  const [left, right] = align('subtract', a, b);
  if (isConstant(right, 0)) return left;
  if (isConstant(left, 0)) return negate(right);
  return fold('subtract', left, right, (x, y) => x - y);
}

export function multiply(a: Expression, b: Expression): Node {
  const [left, right] = align('multiply', a, b);
  if (isConstant(left, 0) || isConstant(right, 0)) return constantLike(left, 0);
  if (isConstant(left, 1)) return right;
  if (isConstant(right, 1)) return left;
  if (isConstant(left, -1)) return negate(right);
  if (isConstant(right, -1)) return negate(left);
  return fold('multiply', left, right, (x, y) => x * y);
}

export function divide(a: Expression, b: Expression): Node {
  const [left, right] = align('divide', a, b);
  if (isConstant(left, 0)) return left;
  if (isConstant(right, 1)) return left;
  return fold('divide', left, right, (x, y) => x / y);
}

export function maximum(a: Expression, b: Expression): Node {
  return binary('maximum', ...align('maximum', a, b));
}

export function minimum(a: Expression, b: Expression): Node {
  return binary('minimum', ...align('minimum', a, b));
}

/** 1 where a > b, else 0. Its derivative is zero. */
export function greater(a: Expression, b: Expression): Node {
  return binary('greater', ...align('greater', a, b));
}

export function relu(x: Expression): Node {
  return maximum(x, 0);
}

/** a where the condition is positive, else b; a branch not taken contributes nothing to the derivative. */
export function select(condition: Expression, a: Expression, b: Expression): Node {
  const [left, right] = align('select', a, b);
  const [test, first] = align('select', condition, left);
  const second = align('select', test, right)[1];
  if (isConstant(first, 0) && isConstant(second, 0)) return first;
  return makeNode('select', [test, first, second], {}, first.space, first.shape);
}

/** Matrix [r, c] times a row vector [c] (a row vector [r] results), or a shared matrix [c, k]. */
export function matmul(matrix: Node, operand: Node): Node {
  const [rows, columns] = matrix.shape;
  if (matrix.space !== 'shared' || matrix.shape.length !== 2 || rows === undefined)
    throw new InputError(`matmul: the first operand must be a shared matrix, got ${signature(matrix)}`);
  if (columns !== operand.shape[0])
    throw new InputError(
      `matmul: ${signature(matrix)} has ${columns} columns but ${signature(operand)} has ${operand.shape[0]} entries; they must be equal`,
    );
  if (operand.space === 'row')
    return isConstant(operand, 0)
      ? constant(0, [rows], 'row')
      : makeNode('matmul', [matrix, operand], {}, 'row', [rows]);
  const width = operand.shape[1];
  if (width === undefined)
    throw new InputError(
      `matmul: a shared operand must be a matrix, got the vector ${signature(operand)}; spread it first`,
    );
  return makeNode('product', [matrix, operand], {}, 'shared', [rows, width]);
}

/** Σ over rows of a bᵀ. */
export function outer(a: Node, b: Node): Node {
  requireRowVector('outer', a);
  requireRowVector('outer', b);
  return makeNode('outer', [a, b], {}, 'shared', [a.shape[0]!, b.shape[0]!]);
}

export function transpose(matrix: Node): Node {
  const [rows, columns] = matrix.shape;
  if (rows === undefined || columns === undefined)
    throw new InputError(`transpose: expected a matrix, got ${signature(matrix)}`);
  if (matrix.op === 'transpose') return matrix.args[0]!;
  if (matrix.op === 'outer') return outer(matrix.args[1]!, matrix.args[0]!);
  if (isConstant(matrix)) return constant((matrix.attributes as { value: number }).value, [columns, rows], 'shared');
  return makeNode('transpose', [matrix], {}, 'shared', [columns, rows]);
}

/** A shared vector, the same in every row. */
export function spread(vector: Node): Node {
  if (vector.space === 'row') return vector;
  if (vector.shape.length !== 1)
    throw new InputError(`spread: expected a shared vector, got ${signature(vector)}; multiply a matrix with matmul`);
  if (isConstant(vector)) return constant((vector.attributes as { value: number }).value, vector.shape, 'row');
  return makeNode('spread', [vector], {}, 'row', vector.shape);
}

/** The sum of a row vector over rows. */
export function gather(vector: Node): Node {
  requireRowVector('gather', vector);
  return makeNode('gather', [vector], {}, 'shared', vector.shape);
}

export function broadcast(value: Node, shape: Shape): Node {
  if (sizeOf(value.shape) !== 1)
    throw new InputError(`broadcast: expected a value of one entry, got ${signature(value)}`);
  if (sameShape(value.shape, shape)) return value;
  if (isConstant(value)) return constant((value.attributes as { value: number }).value, shape, value.space);
  return makeNode('broadcast', [value], {}, value.space, shape);
}

/** Sum over the entries of each row (or of a shared value). */
export function sum(value: Node): Node {
  if (sameShape(value.shape, [1])) return value;
  return makeNode('sum', [value], {}, value.space, [1]);
}

export function logSumExp(value: Node): Node {
  if (value.shape.length !== 1) throw new InputError(`logSumExp: expected a vector, got ${signature(value)}`);
  return makeNode('logSumExp', [value], {}, value.space, [1]);
}

/** Entries start … start + length − 1 of a vector. */
export function slice(vector: Node, start: number, length: number): Node {
  const [width] = vector.shape;
  if (vector.shape.length !== 1 || width === undefined || start < 0 || length < 1 || start + length > width)
    throw new InputError(`slice: entries ${start}…${start + length - 1} do not lie in ${signature(vector)}`);
  if (length === width) return vector;
  if (isConstant(vector)) return constant((vector.attributes as { value: number }).value, [length], vector.space);
  return makeNode('slice', [vector], { start }, vector.space, [length]);
}

export function concat(all: readonly Node[]): Node {
  const parts = all.some((part) => part.shape[0] !== 0) ? all.filter((part) => part.shape[0] !== 0) : all;
  const [first] = parts;
  if (first === undefined) throw new InputError('concat: nothing to join');
  if (parts.length === 1) return first;
  const space: Space = parts.some((part) => part.space === 'row') ? 'row' : 'shared';
  const aligned = parts.map((part) => (space === 'row' ? spread(part) : part));
  let width = 0;
  for (const part of aligned) {
    if (part.shape.length !== 1) throw new InputError(`concat: expected vectors, got ${signature(part)}`);
    width += part.shape[0]!;
  }
  if (aligned.every((part) => isConstant(part, 0))) return constant(0, [width], space);
  return makeNode('concat', aligned, {}, space, [width]);
}

export function diagonal(matrix: Node): Node {
  const [rows, columns] = matrix.shape;
  if (rows === undefined || rows !== columns)
    throw new InputError(`diagonal: expected a square matrix, got ${signature(matrix)}`);
  return makeNode('diagonal', [matrix], {}, 'shared', [rows]);
}

export function diagonalMatrix(vector: Node): Node {
  const [size] = vector.shape;
  if (vector.space !== 'shared' || vector.shape.length !== 1 || size === undefined)
    throw new InputError(`diagonalMatrix: expected a shared vector, got ${signature(vector)}`);
  return makeNode('diagonalMatrix', [vector], {}, 'shared', [size, size]);
}

function lift(x: Expression): Node {
  return typeof x === 'number' ? constant(x, [1], 'shared') : x;
}

function binary(name: BinaryName, left: Node, right: Node): Node {
  return makeNode('binary', [left, right], { name }, left.space, left.shape);
}

function fold(name: BinaryName, left: Node, right: Node, evaluate: (a: number, b: number) => number): Node {
  if (left.op === 'constant' && right.op === 'constant') {
    const [a, b] = [left.attributes.value, right.attributes.value];
    if (typeof a === 'number' && typeof b === 'number') return constantLike(left, evaluate(a, b));
  }
  return binary(name, left, right);
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
    left = spread(left);
    right = spread(right);
  }
  if (sameShape(left.shape, right.shape)) return [left, right];
  if (sameShape(left.shape, [1])) return [broadcast(left, right.shape), right];
  if (sameShape(right.shape, [1])) return [left, broadcast(right, left.shape)];
  throw mismatch();
}

function requireRowVector(name: string, node: Node): void {
  if (node.space !== 'row' || node.shape.length !== 1)
    throw new InputError(`${name}: expected a row vector, got ${signature(node)}`);
}
