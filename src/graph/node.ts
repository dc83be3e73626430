/**
 * The intermediate representation: a directed acyclic graph of typed, immutable nodes.
 *
 * A value lives in one of two spaces. A `row` value is a vector of static width held for every row (sample) of a
 * batch. A `shared` value is a vector or matrix that all rows share: a parameter, or a sum over rows. `broadcastRows` and
 * `sumRows` cross from one space to the other and are each other's transposes, so gradients with respect to
 * parameters (sums over rows) are ordinary expressions, and the derivative of a gradient is again one.
 *
 * Nodes have no aliasing and no effects; shapes are static. Everything else in the library is a program over graphs.
 */
import type { ElementwiseName } from './elementwise.js';

export type Space = 'row' | 'shared';
export type Shape = readonly number[];

/**
 * Where a leaf's value comes from: `carry` is state that flows from step to step (and from phase to phase);
 * `sequence` has one value a step; `shared` is a parameter or anything computed from parameters alone.
 */
export type InputRole = 'carry' | 'sequence' | 'shared';

export const distributionNames = ['normal', 'uniform', 'bernoulli'] as const;
export type Distribution = (typeof distributionNames)[number];

/** What each kind of node carries beside its arguments. */
export interface Attributes {
  input: { readonly role: InputRole; readonly name: string };
  /** One number filled into the shape, or (shared space only) all values row-major. */
  constant: { readonly value: number | Float64Array };
  /** A draw that is a pure function of (key, stream, step, sample, unit). `rate` is Bernoulli's probability of 0. */
  noise: { readonly distribution: Distribution; readonly stream: number; readonly rate: number };
  /** As many arguments as the operation's arity, all of one space and shape. */
  elementwise: { readonly name: ElementwiseName };
  /** (matrix [r, c], row vector [c]) → row vector [r]. */
  matmul: object;
  /** (row vector [r], row vector [c]) → shared matrix [r, c]: the sum over rows of the outer products. */
  outer: object;
  /** (matrix [r, k], matrix [k, c]) → matrix [r, c]; shared space. */
  product: object;
  transpose: object;
  /** Shared vector → the same vector in every row. */
  broadcastRows: object;
  /** Row vector → its sum over rows, shared. */
  sumRows: object;
  /** One entry → any shape. */
  broadcast: object;
  /** Any shape → one entry, summed over units (not rows). */
  sum: object;
  /** Vector → one entry, log Σ exp, without overflow. */
  logSumExp: object;
  slice: { readonly start: number };
  concat: object;
  /** Matrix [n, n] → its diagonal [n]; and back. */
  diagonal: object;
  diagonalMatrix: object;
  /** Entries from (row, column) on; shared space, as all that follow. */
  submatrix: { readonly row: number; readonly column: number };
  /** Matrix → the same at (row, column) of a larger one, zero elsewhere. */
  placeMatrix: { readonly row: number; readonly column: number };
  /** Vector [n(n−1)/2] → strictly upper triangle of a matrix [n, n], row by row; and back. */
  upperTriangle: object;
  upperEntries: object;
  /** Matrix [n, n] → exp(A). */
  matrixExponential: object;
  /** (A [n, n], E [n, n]) → L(A, E), the derivative of exp at A in the direction E; linear in E. */
  frechetExponential: object;
}

export type Op = keyof Attributes;

export interface NodeOf<O extends Op> {
  /** Unique and larger than the ids of the arguments, so that sorting by id is a topological order. */
  readonly id: number;
  readonly op: O;
  readonly args: readonly Node[];
  readonly attributes: Attributes[O];
  readonly space: Space;
  readonly shape: Shape;
}

export type Node = { [O in Op]: NodeOf<O> }[Op];

let lastId = 0;

/** Makes a node without checks: only for the constructors in this folder. */
export function makeNode<O extends Op>(
  op: O,
  args: readonly Node[],
  attributes: Attributes[O],
  space: Space,
  shape: Shape,
): Node {
  lastId += 1;
  return { id: lastId, op, args, attributes, space, shape } as Node;
}

/** Number of entries of a vector (or of a value of one entry). @throws on a matrix. */
export function widthOf(node: Node): number {
  const [width] = node.shape;
  if (node.shape.length !== 1 || width === undefined)
    throw new TypeError(`expected a vector, got shape [${node.shape}]`);
  return width;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Every node the outputs depend on, arguments before users. */
export function topological(outputs: Iterable<Node>): Node[] {
  const seen = new Set<Node>();
  const pending = [...outputs];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    pending.push(...node.args);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

export function isElementwise(node: Node | undefined, name: ElementwiseName): boolean {
  return node?.op === 'elementwise' && node.attributes.name === name;
}

export function isConstant(node: Node, value?: number): boolean {
  return node.op === 'constant' && typeof node.attributes.value === 'number'
    ? value === undefined || node.attributes.value === value
    : false;
}
