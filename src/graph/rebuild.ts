import { elementwiseRow } from './elementwise.js';
import { kindOf } from './kinds/index.js';
import { type Node, sameShape, topological } from './node.js';

/**
 * A node of the same kind over other arguments of the same shapes, through the constructors, so that a replacement by
 * a constant simplifies what depends on it.
 */
export function rebuild(node: Node, args: readonly Node[]): Node {
  if (args.every((arg, index) => arg === node.args[index])) return node;
  return kindOf(node).rebuild(node, args);
}

/**
 * Replaces nodes: `replacement` is asked for every node the outputs depend on, arguments first, and may give another
 * node of the same space and shape; `args` are its arguments after replacement. One mapping serves all outputs, so that what they share stays shared.
 */
export function substitute(
  outputs: readonly Node[],
  replacement: (node: Node, args: readonly Node[]) => Node | undefined,
): Node[] {
  const mapped = new Map<Node, Node>();
  for (const node of topological(outputs)) {
    const args = node.args.map((arg) => mapped.get(arg)!);
    mapped.set(node, replacement(node, args) ?? rebuild(node, args));
  }
  return outputs.map((output) => mapped.get(output)!);
}

/** Merges equal subexpressions of all outputs. */
export function mergeEqual(outputs: readonly Node[]): Node[] {
  const known = new Map<string, Node>();
  const tables: Node[] = [];
  const mapped = new Map<Node, Node>();
  for (const node of topological(outputs)) {
    const copy = rebuild(
      node,
      node.args.map((arg) => mapped.get(arg)!),
    );
    const key = keyOf(copy, tables);
    const existing = known.get(key);
    if (existing === undefined) known.set(key, copy);
    mapped.set(node, existing ?? copy);
  }
  return outputs.map((output) => mapped.get(output)!);
}

/** @param tables constants with values of their own met so far. */
function keyOf(node: Node, tables: Node[]): string {
  if (isTable(node)) {
    const position = tables.findIndex((other) => sameTable(other, node));
    if (position < 0) tables.push(node);
    return `table ${position < 0 ? tables.length - 1 : position}`;
  }
  const args = node.args.map((arg) => arg.id);
  if (node.op === 'elementwise' && elementwiseRow(node.attributes.name).commutes) args.sort((a, b) => a - b);
  return `${node.op};${Object.values(node.attributes).join('|')};${node.space};${node.shape};${args}`;
}

function isTable(node: Node): boolean {
  return node.op === 'constant' && typeof node.attributes.value !== 'number';
}

function sameTable(a: Node, b: Node): boolean {
  if (a.op !== 'constant' || b.op !== 'constant' || !sameShape(a.shape, b.shape)) return false;
  const [own, other] = [a.attributes.value as Float64Array, b.attributes.value as Float64Array];
  return own === other || own.every((value, i) => Object.is(value, other[i]));
}
