import type { Cost } from '../elementwise.js';
import type { Node, NodeOf, Op } from '../node.js';
import { add } from '../operations.js';

/** All that the library knows of a kind of node, apart from its constructor: one row of the table in `index.ts`. */
export interface Kind<O extends Op> {
  readonly cost: Cost;
  /**
   * What it means, in float64: a row value is an array [rows, width], a shared value one in the order of its shape. Shared
   * values count as one row. Leaves have their values placed by whoever runs the graph.
   */
  readonly evaluate: (node: NodeOf<O> & Node, args: readonly Float64Array[], out: Float64Array, rows: number) => void;
  /** Tangent from the tangents of the arguments; `undefined` is zero. */
  readonly tangent: (
    node: NodeOf<O> & Node,
    args: readonly Node[],
    tangents: readonly (Node | undefined)[],
  ) => Node | undefined;
  /**
   * Cotangents of the arguments that the node is linear in, from its own. Only those that move are asked for (`active`); the
   * others are coefficients. Null where the node is not linear in any.
   */
  readonly transpose:
    | ((
        node: NodeOf<O> & Node,
        cotangent: Node,
        active: (index: number) => boolean,
      ) => readonly (Node | undefined)[] | null)
    | null;
  /** The same over other arguments of the same shapes, through the constructors, so that constants simplify it. */
  readonly rebuild: (node: NodeOf<O>, args: readonly Node[]) => Node;
}

/** Tangent of a linear map of one argument. */
export const linear =
  <O extends Op>(map: (node: NodeOf<O> & Node, x: Node) => Node): Kind<O>['tangent'] =>
  (node, _, [dx]) =>
    dx && map(node, dx);

/** Tangent of a product of two arguments. */
export const bilinear =
  <O extends Op>(apply: (a: Node, b: Node) => Node): Kind<O>['tangent'] =>
  (_, [a, b], [da, db]) =>
    sumOf(da && apply(da, b!), db && apply(a!, db));

/** The sum of two tangents or cotangents, of which `undefined` is zero. */
export function sumOf(a: Node | undefined, b: Node | undefined): Node | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : add(a, b);
}
