import { binaryRules, sumOf, unaryRules } from '../functions.js';
import * as matrices from '../matrices.js';
import { type Node, type NodeOf, type Op, topological, widthOf } from '../node.js';
import * as make from '../operations.js';

/** Tangent of a node from the tangents of its arguments; `undefined` is a zero tangent. */
type TangentRule<O extends Op> = (
  node: NodeOf<O> & Node,
  args: readonly Node[],
  tangents: readonly (Node | undefined)[],
) => Node | undefined;

type LinearMap = (x: Node) => Node;

const linear =
  (map: (node: Node) => LinearMap): TangentRule<Op> =>
  (node, _, [dx]) =>
    dx && map(node)(dx);

const bilinear =
  (apply: (a: Node, b: Node) => Node): TangentRule<Op> =>
  (_, [a, b], [da, db]) =>
    sumOf(da && apply(da, b!), db && apply(a!, db));

const none = () => undefined;

const tangentRules: { readonly [O in Op]: TangentRule<O> } = {
  input: none,
  constant: none,
  noise: none,
  unary: (node, [x], [dx]) => {
    const { derivative } = unaryRules[node.attributes.name];
    if (dx === undefined || derivative === null) return undefined;
    return make.multiply(dx, derivative(x!, node));
  },
  binary: (node, [a, b], [da, db]) => binaryRules[node.attributes.name].tangent(a!, b!, da, db, node),
  select: (_, [condition], [, da, db]) =>
    da === undefined && db === undefined ? undefined : make.select(condition!, da ?? 0, db ?? 0),
  matmul: bilinear(make.matmul),
  product: bilinear(make.matmul),
  outer: bilinear(make.outer),
  transpose: linear(() => make.transpose),
  spread: linear(() => make.spread),
  gather: linear(() => make.gather),
  broadcast: linear((node) => (dx) => make.broadcast(dx, node.shape)),
  sum: linear(() => make.sum),
  logSumExp: (node, [x], [dx]) =>
    dx && make.sum(make.multiply(dx, make.exp(make.subtract(x!, make.broadcast(node, x!.shape))))),
  slice: (node, _, [dx]) => dx && make.slice(dx, node.attributes.start, widthOf(node)),
  concat: (_, args, tangents) =>
    tangents.every((tangent) => tangent === undefined)
      ? undefined
      : make.concat(args.map((arg, index) => tangents[index] ?? make.constantLike(arg, 0))),
  diagonal: linear(() => make.diagonal),
  diagonalMatrix: linear(() => make.diagonalMatrix),
  submatrix: ({ attributes: { row, column }, shape }, _, [dx]) =>
    dx && matrices.submatrix(dx, row, column, shape[0]!, shape[1]!),
  placeMatrix: ({ attributes: { row, column }, shape }, _, [dx]) =>
    dx && matrices.placeMatrix(dx, row, column, shape[0]!, shape[1]!),
  upperTriangle: linear(() => matrices.upperTriangle),
  upperEntries: linear(() => matrices.upperEntries),
  matrixExponential: (_, [A], [dA]) => dA && matrices.frechetExponential(A!, dA),
  frechetExponential: (node, [A, E], [dA, dE]) => {
    if (dA === undefined) return dE && matrices.frechetExponential(A!, dE);
    // L(A, E) is a block of exp [[A, E], [0, A]], so its derivative is the same block of an L one size up.
    const moved = matrices.frechetExponential(matrices.upperBlocks(A!, E!), matrices.upperBlocks(dA, dE));
    const size = node.shape[0]!;
    return matrices.submatrix(moved, 0, size, size, size);
  },
};

/**
 * Forward-mode derivative, graph to graph: the tangents of the outputs when the node n has the tangent
 * `tangentOf(n)`. The primal nodes are shared, not copied, so k calls on one graph make k tangents over one primal.
 * @returns one tangent an output; `undefined` where it is identically zero.
 */
export function jvp(outputs: readonly Node[], tangentOf: (leaf: Node) => Node | undefined): (Node | undefined)[] {
  const tangents = new Map<Node, Node | undefined>();
  for (const node of topological(outputs)) {
    const seed = tangentOf(node);
    const rule = tangentRules[node.op] as TangentRule<Op>;
    const args = node.args.map((arg) => tangents.get(arg));
    tangents.set(
      node,
      seed ?? (args.some((tangent) => tangent !== undefined) ? rule(node, node.args, args) : undefined),
    );
  }
  return outputs.map((output) => tangents.get(output));
}
