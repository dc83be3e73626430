import { sumOf } from '../functions.js';
import * as matrices from '../matrices.js';
import { type Node, type NodeOf, type Op, topological, widthOf } from '../node.js';
import * as make from '../operations.js';
import { jvp } from './jvp.js';

/**
 * Cotangents of the arguments of a *linear* node, from the node's own. Only arguments that depend on the linear
 * inputs are asked for (`active`); the others are coefficients.
 */
type TransposeRule<O extends Op> = (
  node: NodeOf<O> & Node,
  cotangent: Node,
  active: (index: number) => boolean,
) => readonly (Node | undefined)[];

/** A node of a kind that is not linear cannot appear between the inputs and outputs of a tangent. */
const nonlinear = (node: Node): never => {
  throw new Error(`transpose: ${node.op} is not linear; a JVP rule produced it on the linear path`);
};

const transposeRules: { readonly [O in Op]: TransposeRule<O> } = {
  input: () => [],
  constant: () => [],
  noise: () => [],
  unary: (node, ct) => (node.attributes.name === 'negate' ? [make.negate(ct)] : nonlinear(node)),
  binary: (node, ct, active) => {
    const [a, b] = node.args as readonly [Node, Node];
    switch (node.attributes.name) {
      case 'add':
        return [ct, ct];
      case 'subtract':
        return [ct, make.negate(ct)];
      case 'multiply':
        return active(0) ? [make.multiply(ct, b), undefined] : [undefined, make.multiply(a, ct)];
      case 'divide':
        return [make.divide(ct, b), undefined];
      default:
        return nonlinear(node);
    }
  },
  select: (node, ct) => [undefined, make.select(node.args[0]!, ct, 0), make.select(node.args[0]!, 0, ct)],
  matmul: (node, ct, active) => {
    const [matrix, operand] = node.args as readonly [Node, Node];
    return active(0) ? [make.outer(ct, operand), undefined] : [undefined, make.matmul(make.transpose(matrix), ct)];
  },
  product: (node, ct, active) => {
    const [a, b] = node.args as readonly [Node, Node];
    return active(0)
      ? [make.matmul(ct, make.transpose(b)), undefined]
      : [undefined, make.matmul(make.transpose(a), ct)];
  },
  outer: (node, ct, active) => {
    const [a, b] = node.args as readonly [Node, Node];
    return active(0) ? [make.matmul(ct, b), undefined] : [undefined, make.matmul(make.transpose(ct), a)];
  },
  transpose: (_, ct) => [make.transpose(ct)],
  spread: (_, ct) => [make.gather(ct)],
  gather: (_, ct) => [make.spread(ct)],
  broadcast: (node, ct) => [make.broadcast(make.sum(ct), node.args[0]!.shape)],
  sum: (node, ct) => [make.broadcast(ct, node.args[0]!.shape)],
  logSumExp: (node) => nonlinear(node),
  slice: (node, ct) => {
    const [vector] = node.args as readonly [Node];
    const after = widthOf(vector) - node.attributes.start - widthOf(node);
    const zeros = (width: number) => (width > 0 ? [make.constant(0, [width], node.space)] : []);
    return [make.concat([...zeros(node.attributes.start), ct, ...zeros(after)])];
  },
  concat: (node, ct) => {
    let start = 0;
    return node.args.map((arg) => {
      const width = widthOf(arg);
      start += width;
      return make.slice(ct, start - width, width);
    });
  },
  diagonal: (_, ct) => [make.diagonalMatrix(ct)],
  diagonalMatrix: (_, ct) => [make.diagonal(ct)],
  submatrix: ({ attributes: { row, column }, args }, ct) => {
    const [height = 0, width = 0] = args[0]!.shape;
    return [matrices.placeMatrix(ct, row, column, height, width)];
  },
  placeMatrix: ({ attributes: { row, column }, args }, ct) => {
    const [height = 0, width = 0] = args[0]!.shape;
    return [matrices.submatrix(ct, row, column, height, width)];
  },
  upperTriangle: (_, ct) => [matrices.upperEntries(ct)],
  upperEntries: (_, ct) => [matrices.upperTriangle(ct)],
  matrixExponential: (node) => nonlinear(node),
  // ⟨C, L(A, E)⟩ = ⟨L(Aᵀ, C), E⟩.
  frechetExponential: (node, ct) => [undefined, matrices.frechetExponential(make.transpose(node.args[0]!), ct)],
};

/**
 * Transposes a linear map: given outputs that depend linearly on `leaves` and one cotangent an output, the cotangents
 * of the leaves.
 */
function transposeLinear(
  outputs: readonly (Node | undefined)[],
  cotangents: readonly (Node | undefined)[],
  leaves: readonly Node[],
): (Node | undefined)[] {
  const nodes = topological(outputs.filter((output) => output !== undefined));
  const onPath = new Set<Node>(leaves);
  for (const node of nodes) if (node.args.some((arg) => onPath.has(arg))) onPath.add(node);
  const accumulated = new Map<Node, Node>();
  const accumulate = (node: Node, cotangent: Node | undefined) => {
    const total = sumOf(accumulated.get(node), cotangent);
    if (total !== undefined) accumulated.set(node, total);
  };
  for (const [index, output] of outputs.entries())
    if (output !== undefined && onPath.has(output)) accumulate(output, cotangents[index]);
  for (const node of nodes.reverse()) {
    const cotangent = accumulated.get(node);
    if (cotangent === undefined || !onPath.has(node)) continue;
    const rule = transposeRules[node.op] as TransposeRule<Op>;
    const parts = rule(node, cotangent, (index) => onPath.has(node.args[index]!));
    for (const [index, arg] of node.args.entries()) if (onPath.has(arg)) accumulate(arg, parts[index]);
  }
  return leaves.map((leaf) => accumulated.get(leaf));
}

/**
 * Reverse-mode derivative, graph to graph: linearise (`jvp`), then transpose. Because both passes stay within the node
 * kinds they start from, derivatives nest in any order: the tangent of an adjoint, the adjoint of a tangent.
 * @param cotangents one an output; `undefined` is zero.
 * @param inputs the nodes to differentiate with respect to.
 * @returns one cotangent an input; `undefined` where it is identically zero.
 */
export function vjp(
  outputs: readonly Node[],
  cotangents: readonly (Node | undefined)[],
  inputs: readonly Node[],
): (Node | undefined)[] {
  const leaves = new Map(
    inputs.map((node) => [node, make.input(node.space === 'shared' ? 'shared' : 'carry', '∂', node.shape)]),
  );
  const tangents = jvp(outputs, (node) => leaves.get(node));
  return transposeLinear(tangents, cotangents, [...leaves.values()]);
}
