/** The kinds of node, one row each. Exhaustive by type: a new kind without a row does not compile. */
import { type Cost, elementwiseRow } from '../elementwise.js';
import type { Node, Op } from '../node.js';
import { sizeOf } from '../tensor.js';
import { elementwise } from './elementwise.js';
import type { Kind } from './kind.js';
import * as leaves from './leaves.js';
import * as matrices from './matrices.js';
import * as rows from './rows.js';
import * as units from './units.js';

const kinds: { readonly [O in Op]: Kind<O> } = { ...leaves, elementwise, ...rows, ...units, ...matrices };

/** The row of a node's kind. */
export function kindOf(node: Node): Kind<Op> {
  return kinds[node.op] as Kind<Op>;
}

export function costOf(node: Node): Cost {
  return node.op === 'elementwise' ? elementwiseRow(node.attributes.name).cost : kinds[node.op].cost;
}

/** Number of float64 entries a node's value takes for this many rows. */
export function entriesOf(node: Node, rows: number): number {
  return sizeOf(node.shape) * (node.space === 'row' ? rows : 1);
}

/** Computes one node into `out` from its arguments' values. */
export function evaluateNode(node: Node, args: readonly Float64Array[], out: Float64Array, rows: number): void {
  // A node over row values that lands in shared space (outer, sumRows) still loops over the rows.
  const overRows = node.space === 'row' || node.args.some((arg) => arg.space === 'row');
  kindOf(node).evaluate(node, args, out, overRows ? rows : 1);
}

export { numberArgument } from './elementwise.js';
