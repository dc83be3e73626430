/** Leaves, products, and what changes the shape or the space of a value. Shapes are checked here, where the mistake is made. */
import { InputError } from '../errors.js';
import {
  type Distribution,
  type InputRole,
  isConstant,
  makeNode,
  type Node,
  type Shape,
  type Space,
  sameShape,
} from './node.js';
import { signature } from './print.js';
import { sizeOf } from './tensor.js';

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
      `matmul: a shared operand must be a matrix, got the vector ${signature(operand)}; use broadcastRows or a matrix of one column`,
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
export function broadcastRows(vector: Node): Node {
  if (vector.space === 'row') return vector;
  if (vector.shape.length !== 1)
    throw new InputError(
      `broadcastRows: expected a shared vector, got ${signature(vector)}; multiply a matrix with matmul`,
    );
  if (isConstant(vector)) return constant((vector.attributes as { value: number }).value, vector.shape, 'row');
  return makeNode('broadcastRows', [vector], {}, 'row', vector.shape);
}

/** The sum of a row vector over rows. */
export function sumRows(vector: Node): Node {
  requireRowVector('sumRows', vector);
  return makeNode('sumRows', [vector], {}, 'shared', vector.shape);
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
  const aligned = parts.map((part) => (space === 'row' ? broadcastRows(part) : part));
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

function requireRowVector(name: string, node: Node): void {
  if (node.space !== 'row' || node.shape.length !== 1)
    throw new InputError(`${name}: expected a row vector, got ${signature(node)}`);
}
