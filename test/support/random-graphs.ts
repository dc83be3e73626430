/** Random graphs for property tests: a list of small numbers becomes a graph in which everything is smooth. */
import fc from 'fast-check';
import * as graph from '../../src/graph/index.js';
import { input, type Node } from '../../src/graph/index.js';

export interface RandomGraph {
  readonly leaves: readonly Node[];
  /** A row vector and a shared matrix. */
  readonly outputs: readonly Node[];
}

/** Values being combined: row vectors of 4 and of 1, shared vectors of 4, shared 4 × 4 matrices. */
interface Pool {
  readonly wide: Node[];
  readonly single: Node[];
  readonly vectors: Node[];
  readonly matrices: Node[];
}

type Pick = (from: readonly Node[]) => Node;
type Rule = (pool: Pool, pick: Pick) => void;

/** Keeps values within the range where central differences are sharp. */
const bounded = (node: Node): Node => graph.tanh(node);

const rules: readonly Rule[] = [
  ({ wide }, pick) => wide.push(graph.add(pick(wide), pick(wide))),
  ({ wide }, pick) => wide.push(graph.multiply(pick(wide), pick(wide))),
  ({ wide }, pick) => wide.push(graph.subtract(bounded(pick(wide)), pick(wide))),
  ({ wide }, pick) => wide.push(graph.divide(pick(wide), graph.add(1.5, graph.square(bounded(pick(wide)))))),
  ({ wide }, pick) => wide.push(graph.sigmoid(pick(wide))),
  ({ wide }, pick) => wide.push(graph.exp(bounded(pick(wide)))),
  ({ wide }, pick) => wide.push(graph.log(graph.add(1.5, graph.cos(pick(wide))))),
  ({ wide }, pick) => wide.push(graph.sqrt(graph.add(1.5, graph.sin(pick(wide))))),
  ({ wide }, pick) => wide.push(graph.reciprocal(graph.add(2, bounded(pick(wide))))),
  ({ wide, matrices }, pick) => wide.push(bounded(graph.matmul(pick(matrices), pick(wide)))),
  ({ wide, vectors }, pick) => wide.push(graph.multiply(pick(vectors), pick(wide))),
  ({ wide, single }, pick) => wide.push(graph.multiply(pick(single), pick(wide))),
  ({ wide }, pick) => wide.push(graph.concat([graph.slice(pick(wide), 1, 3), graph.slice(pick(wide), 2, 1)])),
  ({ wide, single }, pick) => single.push(bounded(graph.sum(pick(wide)))),
  ({ wide, single }, pick) => single.push(graph.logSumExp(bounded(pick(wide)))),
  ({ wide, vectors }, pick) => vectors.push(bounded(graph.sumRows(pick(wide)))),
  ({ vectors, matrices }, pick) => vectors.push(graph.diagonal(pick(matrices))),
  ({ wide, matrices }, pick) => matrices.push(bounded(graph.outer(pick(wide), bounded(pick(wide))))),
  ({ matrices }, pick) => matrices.push(bounded(graph.matmul(pick(matrices), pick(matrices)))),
  ({ matrices }, pick) => matrices.push(graph.subtract(pick(matrices), graph.transpose(pick(matrices)))),
  ({ vectors, matrices }, pick) => matrices.push(graph.add(pick(matrices), graph.diagonalMatrix(pick(vectors)))),
];

/** One number chooses a rule, the others its operands, the latest values being the likeliest. */
export const randomGraphs: fc.Arbitrary<RandomGraph> = fc
  .array(fc.tuple(fc.nat(rules.length - 1), fc.nat(3), fc.nat(3)), { minLength: 3, maxLength: 12 })
  .map((choices) => {
    const leaves = [
      input('carry', 'a', [4]),
      input('sequence', 'b', [4]),
      input('shared', 'v', [4]),
      input('shared', 'M', [4, 4]),
    ];
    const [a, b, v, M] = leaves as [Node, Node, Node, Node];
    const pool: Pool = { wide: [b, a], single: [graph.sum(bounded(a))], vectors: [v], matrices: [M] };
    for (const [rule, ...operands] of choices) {
      let used = 0;
      rules[rule]!(pool, (from) => {
        used += 1;
        return from[Math.max(0, from.length - 1 - operands[(used - 1) % operands.length]!)]!;
      });
    }
    const joined = graph.add(bounded(pool.wide.at(-1)!), graph.multiply(pool.single.at(-1)!, pool.vectors.at(-1)!));
    return { leaves, outputs: [joined, pool.matrices.at(-1)!] };
  });
