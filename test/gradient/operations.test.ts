/**
 * Each graph operation by itself: its JVP and VJP against central differences, and ⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩. The table
 * must name every operation and every elementwise function, so a new one cannot go untested.
 */
import { describe, expect, it } from 'vitest';
import * as graph from '../../src/graph/index.js';
import {
  concat,
  elementwiseFunctions,
  elementwiseNames,
  elementwise as elementwiseTable,
  entriesOf,
  input,
  jvp,
  matmul,
  type Node,
  type Op,
  topological,
  vjp,
} from '../../src/graph/index.js';
import type { Generator } from '../../src/random/index.js';
import { generatorOf, randomLike, valuesOf } from '../support/graph-values.js';
import { along, differentiate, dot, relativeError } from '../support/numbers.js';

const rows = 3;
const row = (width: number) => input('carry', `r${width}`, [width]);
const sharedOf = (...shape: number[]) => input('shared', `s${shape}`, shape);

interface Trial {
  readonly leaves: readonly Node[];
  readonly output: Node;
}

const skew = (matrix: Node): Node => graph.subtract(matrix, graph.transpose(matrix));

const trial = (leaves: readonly Node[], build: (...nodes: Node[]) => Node): Trial => ({
  leaves,
  output: build(...leaves),
});

const functions = elementwiseFunctions as Readonly<Record<string, (...args: Node[]) => Node>>;
const namesOf = (arity: number) => elementwiseNames.filter((name) => elementwiseTable[name].arity === arity);
/** Defined for positive numbers only. */
const positiveOnly = ['log', 'sqrt'];

const structural: { readonly [O in Exclude<Op, 'input' | 'constant' | 'noise' | 'elementwise'>]: Trial[] } = {
  matmul: [trial([sharedOf(3, 4), row(4)], matmul)],
  product: [trial([sharedOf(3, 4), sharedOf(4, 2)], matmul)],
  outer: [trial([row(3), row(4)], graph.outer)],
  transpose: [trial([sharedOf(3, 4)], graph.transpose)],
  broadcastRows: [trial([sharedOf(4)], graph.broadcastRows)],
  sumRows: [trial([row(4)], graph.sumRows)],
  broadcast: [trial([row(1)], (x) => graph.broadcast(x, [5])), trial([sharedOf(1)], (x) => graph.broadcast(x, [2, 3]))],
  sum: [trial([row(4)], graph.sum), trial([sharedOf(2, 3)], graph.sum)],
  logSumExp: [trial([row(4)], graph.logSumExp), trial([sharedOf(4)], graph.logSumExp)],
  slice: [
    trial([row(6)], (x) => graph.slice(x, 2, 3)),
    trial([row(6)], (x) => graph.slice(x, 0, 3)),
    trial([sharedOf(6)], (x) => graph.slice(x, 4, 2)),
  ],
  concat: [
    trial([row(2), row(3), row(1)], (...parts) => concat(parts)),
    trial([row(2), sharedOf(3)], (...parts) => concat(parts)),
  ],
  diagonal: [trial([sharedOf(4, 4)], graph.diagonal)],
  diagonalMatrix: [trial([sharedOf(4)], graph.diagonalMatrix)],
  submatrix: [
    trial([sharedOf(4, 5)], (x) => graph.submatrix(x, 1, 2, 2, 3)),
    trial([sharedOf(3, 3)], (x) => graph.submatrix(x, 0, 0, 1, 3)),
  ],
  placeMatrix: [
    trial([sharedOf(2, 3)], (x) => graph.placeMatrix(x, 1, 0, 4, 5)),
    trial([sharedOf(2, 2), sharedOf(2, 2)], (a, e) => graph.upperBlocks(a, graph.multiply(a, e))),
  ],
  upperTriangle: [trial([sharedOf(6)], graph.upperTriangle)],
  upperEntries: [trial([sharedOf(4, 4)], graph.upperEntries)],
  matrixExponential: [
    trial([sharedOf(3, 3)], graph.matrixExponential),
    trial([sharedOf(3, 3)], (x) => graph.matrixExponential(graph.multiply(4, x))),
    trial([sharedOf(6)], (k) => graph.matrixExponential(skew(graph.upperTriangle(k)))),
  ],
  frechetExponential: [
    trial([sharedOf(3, 3), sharedOf(3, 3)], graph.frechetExponential),
    trial([sharedOf(2, 2)], (x) => graph.frechetExponential(x, graph.matmul(x, x))),
    trial([sharedOf(2, 2), sharedOf(2, 2), sharedOf(2, 2)], (a, e, f) =>
      graph.frechetExponential(graph.upperBlocks(a, e), graph.upperBlocks(f, a)),
    ),
  ],
};

const elementwise: [string, Trial][] = [
  ...namesOf(1).flatMap((name): [string, Trial][] => {
    const apply = functions[name]!;
    const inside = (x: Node) => (positiveOnly.includes(name) ? apply(graph.square(x)) : apply(x));
    return [
      [name, trial([row(4)], inside)],
      [`${name}, shared matrix`, trial([sharedOf(2, 3)], inside)],
    ];
  }),
  ...namesOf(2).flatMap((name): [string, Trial][] => {
    const apply = functions[name]!;
    return [
      [name, trial([row(4), row(4)], apply)],
      [`${name}, one entry first`, trial([row(1), row(4)], apply)],
      [`${name}, one shared entry second`, trial([row(4), sharedOf(1)], apply)],
      [`${name}, shared vector`, trial([sharedOf(4), row(4)], apply)],
      [`${name}, shared matrices`, trial([sharedOf(2, 3), sharedOf(2, 3)], apply)],
      [`${name} of the same node twice`, trial([row(4)], (x) => apply(x, graph.multiply(x, x)))],
    ];
  }),
];

const ternary = namesOf(3).flatMap((name): [string, Trial][] => {
  const apply = functions[name]!;
  return [
    [name, trial([row(4), row(4), row(4)], apply)],
    [`${name}, one entry first, a shared vector last`, trial([row(1), row(4), sharedOf(4)], apply)],
    [`${name}, shared matrices`, trial([sharedOf(2, 3), sharedOf(2, 3), sharedOf(2, 3)], apply)],
  ];
});

const trials: [string, Trial][] = [
  ...elementwise,
  ...ternary,
  ...Object.entries(structural).flatMap(([name, list]) =>
    list.map((each, index): [string, Trial] => [index === 0 ? name : `${name} (${index + 1})`, each]),
  ),
];

describe.each(trials)('%s', (_, { leaves, output }) => {
  const generator = generatorOf(17);
  const values = apart(leaves, generator);
  const directions = new Map(leaves.map((leaf) => [leaf, randomLike(leaf, rows, generator)]));
  const tangentLeaves = new Map(leaves.map((leaf) => [leaf, input(roleOf(leaf), 'tangent', leaf.shape)]));
  const cotangentLeaf = input(roleOf(output), 'cotangent', output.shape);
  const cotangent = randomLike(output, rows, generator);
  const [tangent] = jvp([output], (node) => tangentLeaves.get(node));
  const bindings = new Map(values);
  for (const leaf of leaves) bindings.set(tangentLeaves.get(leaf)!, directions.get(leaf)!);
  bindings.set(cotangentLeaf, cotangent);
  const zero = cotangent.map(() => 0);
  const forward = tangent === undefined ? zero : valuesOf([tangent], bindings, rows)[0]!;

  it('keeps space and shape through its tangent', () => {
    if (tangent !== undefined) expect([tangent.space, tangent.shape]).toEqual([output.space, output.shape]);
  });

  it('has the JVP of central differences', async () => {
    const { value, error } = await differentiate(async (t) => {
      const moved = new Map(leaves.map((leaf) => [leaf, along(values.get(leaf)!, t, directions.get(leaf)!)]));
      return { y: valuesOf([output], moved, rows)[0]! };
    }, 0.001);
    expect(error.y).toBeLessThan(1e-9);
    expect(relativeError(forward, value.y!)).toBeLessThan(1e-9);
  });

  it('has the transposed map as its VJP', () => {
    const pulled = vjp([output], [cotangentLeaf], leaves);
    let total = 0;
    for (const [index, leaf] of leaves.entries()) {
      const adjoint = pulled[index];
      if (adjoint === undefined) continue;
      expect([adjoint.space, adjoint.shape]).toEqual([leaf.space, leaf.shape]);
      total += dot(valuesOf([adjoint], bindings, rows)[0]!, directions.get(leaf)!);
    }
    const scale = Math.sqrt(dot(forward, forward) * dot(cotangent, cotangent));
    expect(Math.abs(total - dot(cotangent, forward))).toBeLessThanOrEqual(1e-13 * scale);
  });
});

it('the table has a trial of the operation it names', () => {
  for (const [name, list] of Object.entries(structural))
    for (const { output } of list)
      expect(
        topological([output]).map(({ op }) => op),
        name,
      ).toContain(name);
});

describe('at a kink', () => {
  const x = row(3);
  const at = new Map([[x, Float64Array.of(-1, 0, 2)]]);
  const slope = (y: Node) =>
    valuesOf([jvp([y], (node) => (node === x ? graph.constantLike(x, 1) : undefined))[0]!], at, 1)[0];

  it('takes the documented side', () => {
    expect(slope(graph.relu(x))).toEqual(Float64Array.of(0, 0, 1));
    expect(slope(graph.absolute(x))).toEqual(Float64Array.of(-1, 0, 1));
  });

  it('does not let the branch not taken of a select into the derivative', () => {
    const y = graph.select(graph.greater(x, 0), graph.multiply(x, 3), 0);
    expect(slope(y)).toEqual(Float64Array.of(0, 0, 3));
  });
});

/** Values between 0.3 and 1.2 in magnitude, no two of them close: differences then cross no kink and no pole. */
function apart(leaves: readonly Node[], generator: Generator): Map<Node, Float64Array> {
  const counts = leaves.map((leaf) => entriesOf(leaf, rows));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const order = generator.permutation(total);
  let start = 0;
  return new Map(
    leaves.map((leaf, index) => {
      const own = order.subarray(start, start + counts[index]!);
      start += own.length;
      return [leaf, Float64Array.from(own, (rank) => (rank % 2 === 0 ? 1 : -1) * (0.3 + (0.9 * (rank + 0.5)) / total))];
    }),
  );
}

function roleOf(node: Node): 'shared' | 'carry' {
  return node.space === 'shared' ? 'shared' : 'carry';
}
