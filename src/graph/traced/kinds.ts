/** How each kind of node is written and made again: one row a kind, and what is not listed is refused. */
import { elementwiseNames, elementwiseRow } from '../elementwise.js';
import * as matrices from '../matrices.js';
import { type Node, type NodeOf, type Op, widthOf } from '../node.js';
import * as make from '../operations.js';
import type { TracedNode } from './traced.js';

/** Attributes of a traced node, read with their checks. */
export interface Attributes {
  /** A whole number, 0 or more. */
  readonly whole: (name: 'start' | 'length' | 'row' | 'column') => number;
  readonly shape: () => readonly number[];
}

export interface Kind {
  /** Number of arguments; `some` is one or more. */
  readonly args: number | 'some';
  readonly attributes: readonly (keyof TracedNode)[];
  readonly make: (args: readonly Node[], attributes: Attributes) => Node;
}

type Plain = (...args: Node[]) => Node;
const plain = (args: number, of: Plain): Kind => ({ args, attributes: [], make: (given) => of(...given) });

/** Leaves, constants and the elementwise functions are not here; draws and sums over rows are no part of a part. */
type Composite = Exclude<Op, 'input' | 'constant' | 'noise' | 'elementwise' | 'outer' | 'sumRows'>;

const composite: { readonly [O in Composite]: Kind } = {
  matmul: plain(2, (matrix, operand) => make.matmul(matrix!, operand!)),
  product: plain(2, (a, b) => make.matmul(a!, b!)),
  transpose: plain(1, (matrix) => make.transpose(matrix!)),
  broadcastRows: plain(1, (vector) => make.broadcastRows(vector!)),
  broadcast: { args: 1, attributes: ['shape'], make: ([value], { shape }) => make.broadcast(value!, shape()) },
  sum: plain(1, (value) => make.sum(value!)),
  logSumExp: plain(1, (value) => make.logSumExp(value!)),
  slice: {
    args: 1,
    attributes: ['start', 'length'],
    make: ([vector], { whole }) => make.slice(vector!, whole('start'), whole('length')),
  },
  concat: { args: 'some', attributes: [], make: (args) => make.concat(args) },
  diagonal: plain(1, (matrix) => make.diagonal(matrix!)),
  diagonalMatrix: plain(1, (vector) => make.diagonalMatrix(vector!)),
  submatrix: {
    args: 1,
    attributes: ['row', 'column', 'shape'],
    make: ([matrix], { whole, shape }) => partOf(matrices.submatrix, matrix!, whole, shape()),
  },
  placeMatrix: {
    args: 1,
    attributes: ['row', 'column', 'shape'],
    make: ([matrix], { whole, shape }) => partOf(matrices.placeMatrix, matrix!, whole, shape()),
  },
  upperTriangle: plain(1, (vector) => matrices.upperTriangle(vector!)),
  upperEntries: plain(1, (matrix) => matrices.upperEntries(matrix!)),
  matrixExponential: plain(1, (matrix) => matrices.matrixExponential(matrix!)),
  frechetExponential: plain(2, (matrix, direction) => matrices.frechetExponential(matrix!, direction!)),
};

function partOf(
  of: (matrix: Node, row: number, column: number, height: number, width: number) => Node,
  matrix: Node,
  whole: Attributes['whole'],
  shape: readonly number[],
): Node {
  return of(matrix, whole('row'), whole('column'), shape[0]!, shape[1] ?? 0);
}

export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...elementwiseNames.map((name): [string, Kind] => [
    name,
    { args: elementwiseRow(name).arity, attributes: [], make: (args) => make.apply(name, args) },
  ]),
  ...Object.entries(composite),
]);

/** The row of the table that a node belongs to, and its attributes; undefined for what no part may contain. */
export function written(node: Node): ({ op: string } & Partial<TracedNode>) | undefined {
  const op = node.op === 'elementwise' ? node.attributes.name : node.op;
  const kind = kinds.get(op);
  if (kind === undefined) return undefined;
  const attributes: Record<string, unknown> = {};
  for (const name of kind.attributes) {
    if (name === 'shape') attributes.shape = [...node.shape];
    else if (name === 'length') attributes.length = widthOf(node);
    else attributes[name] = (node as NodeOf<'submatrix'> | NodeOf<'slice'>).attributes[name as never];
  }
  return { op, ...attributes };
}
