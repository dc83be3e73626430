/**
 * A graph as data: what an author's function made when it was called once with leaves for its arguments. It can be kept in a
 * file, checked like any other, and given other arguments later, without the function.
 *
 * Nodes are listed in the order in which they were made, so that making them again from the list gives the same graph node
 * for node, and the same bits.
 */
import type { Shape, Space } from '../node.js';

/** Numbers of a constant: one for all entries, `diagonal` on the diagonal of a square matrix and 0 beside it, or all. */
export type TracedValue =
  | number
  | 'NaN'
  | 'Infinity'
  | '-Infinity'
  | '-0'
  | { readonly diagonal: number }
  /** Little-endian float64, row-major, as base64. */
  | { readonly float64: string };

/** What JSON holds for a node: `op` (a function's own name if it is elementwise), places of its arguments, attributes. */
export interface TracedNode {
  readonly op: string;
  /** Places in the list, each before this node's own. */
  readonly args?: readonly number[];
  /** Of a leaf: the argument that it stands for. */
  readonly name?: string;
  /** Of leaves and constants. */
  readonly space?: Space;
  /** Of leaves, constants, broadcasts and the two operations on parts of matrices. */
  readonly shape?: Shape;
  readonly value?: TracedValue;
  readonly start?: number;
  readonly length?: number;
  readonly row?: number;
  readonly column?: number;
}

export interface TracedGraph {
  readonly nodes: readonly TracedNode[];
  /** Places of the results, by name. */
  readonly outputs: Readonly<Record<string, number>>;
}

/** More than any part that a person writes; a file that claims more is refused. */
export const limits = { nodes: 50_000, entries: 2 ** 24, name: 200 } as const;
