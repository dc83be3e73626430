import * as matrices from './matrices.js';
import { type BinaryName, makeNode, type Node, type NodeOf, type Op, topological, widthOf } from './node.js';
import * as make from './operations.js';

/**
 * A node of the same kind over other arguments of the same shapes, through the constructors, so that a replacement by
 * a constant simplifies what depends on it.
 */
type Rebuild<O extends Op> = (node: NodeOf<O>, args: readonly Node[]) => Node;

const binaryConstructors: { readonly [N in BinaryName]: (a: Node, b: Node) => Node } = {
  add: make.add,
  subtract: make.subtract,
  multiply: make.multiply,
  divide: make.divide,
  maximum: make.maximum,
  minimum: make.minimum,
  greater: make.greater,
};

const rebuilders: { readonly [O in Op]: Rebuild<O> } = {
  input: (node) => node as Node,
  constant: (node) => node as Node,
  noise: (node) => node as Node,
  unary: (node, [x]) =>
    node.attributes.name === 'negate'
      ? make.negate(x!)
      : makeNode('unary', [x!], node.attributes, node.space, node.shape),
  binary: (node, [a, b]) => binaryConstructors[node.attributes.name](a!, b!),
  select: (_, [condition, a, b]) => make.select(condition!, a!, b!),
  matmul: (_, [matrix, operand]) => make.matmul(matrix!, operand!),
  product: (_, [a, b]) => make.matmul(a!, b!),
  outer: (_, [a, b]) => make.outer(a!, b!),
  transpose: (_, [matrix]) => make.transpose(matrix!),
  spread: (_, [vector]) => make.spread(vector!),
  gather: (_, [vector]) => make.gather(vector!),
  broadcast: (node, [value]) => make.broadcast(value!, node.shape),
  sum: (_, [value]) => make.sum(value!),
  logSumExp: (_, [value]) => make.logSumExp(value!),
  slice: (node, [vector]) => make.slice(vector!, node.attributes.start, widthOf(node as Node)),
  concat: (_, args) => make.concat(args),
  diagonal: (_, [matrix]) => make.diagonal(matrix!),
  diagonalMatrix: (_, [vector]) => make.diagonalMatrix(vector!),
  submatrix: ({ attributes: { row, column }, shape }, [matrix]) =>
    matrices.submatrix(matrix!, row, column, shape[0]!, shape[1]!),
  placeMatrix: ({ attributes: { row, column }, shape }, [matrix]) =>
    matrices.placeMatrix(matrix!, row, column, shape[0]!, shape[1]!),
  upperTriangle: (_, [vector]) => matrices.upperTriangle(vector!),
  upperEntries: (_, [matrix]) => matrices.upperEntries(matrix!),
  matrixExponential: (_, [matrix]) => matrices.matrixExponential(matrix!),
  frechetExponential: (_, [matrix, direction]) => matrices.frechetExponential(matrix!, direction!),
};

export function rebuild(node: Node, args: readonly Node[]): Node {
  if (args.every((arg, index) => arg === node.args[index])) return node;
  return (rebuilders[node.op] as Rebuild<Op>)(node, args);
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
  const mapped = new Map<Node, Node>();
  for (const node of topological(outputs)) {
    const copy = rebuild(
      node,
      node.args.map((arg) => mapped.get(arg)!),
    );
    const key = keyOf(copy);
    const existing = known.get(key);
    if (existing === undefined) known.set(key, copy);
    mapped.set(node, existing ?? copy);
  }
  return outputs.map((output) => mapped.get(output)!);
}

function keyOf(node: Node): string {
  const args = node.args.map((arg) => arg.id);
  if (node.op === 'binary' && (node.attributes.name === 'add' || node.attributes.name === 'multiply'))
    args.sort((a, b) => a - b);
  const attributes =
    node.op === 'constant' && typeof node.attributes.value !== 'number'
      ? `values#${node.id}`
      : Object.values(node.attributes).join('|');
  return `${node.op};${attributes};${node.space};${node.shape};${args}`;
}
