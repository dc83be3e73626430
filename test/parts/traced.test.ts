/** Parts as data: written and read they are the same graphs, to the bit; damaged they are refused, soon and with a reason. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, cells, parseCell } from '../../src/cells/index.js';
import { InputError } from '../../src/errors.js';
import * as graph from '../../src/graph/index.js';
import { constant, input, type Node, print, readGraph, sharedConstant, writeGraph } from '../../src/graph/index.js';
import { traceCell, tracedCell } from '../../src/model/index.js';
import { readPartsDocument, storedParts } from '../../src/train/parts/stored.js';
import { textMutation } from '../fuzz/mutations.js';
import { generatorOf, randomLike, valuesOf } from '../support/graph-values.js';
import { randomGraphs } from '../support/random-graphs.js';
import { lorenzCell, mixerCell, oscillatorsCell, pendulumCell, rotationCell } from '../support/users-cells.js';

/** Written to text and read back over the same leaves. */
function again(outputs: readonly Node[], leaves: readonly Node[]): Node[] {
  const names = new Map(leaves.map((leaf, index) => [leaf, `leaf${index}`]));
  const byName = new Map(leaves.map((leaf, index) => [`leaf${index}`, leaf]));
  const text = JSON.stringify(writeGraph(Object.fromEntries(outputs.map((node, index) => [`${index}`, node])), names));
  return Object.values(readGraph(JSON.parse(text), (name) => byName.get(name)));
}

const listing = (nodes: readonly Node[]) => print(Object.fromEntries(nodes.map((node, index) => [`${index}`, node])));

describe('a graph as data', () => {
  it('is read back node for node', () => {
    fc.assert(
      fc.property(randomGraphs, ({ leaves, outputs }) => {
        fc.pre(!graph.topological(outputs).some(({ op }) => op === 'sumRows' || op === 'outer'));
        const read = again(outputs, leaves);
        expect(listing(read)).toBe(listing(outputs));
        const generator = generatorOf(3);
        const values = new Map(leaves.map((leaf) => [leaf, randomLike(leaf, 2, generator)]));
        expect(valuesOf(read, values, 2)).toEqual(valuesOf(outputs, values, 2));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('keeps every kind of operation and constant', () => {
    const [v, M, h] = [input('shared', 'v', [6]), input('shared', 'M', [4, 4]), input('carry', 'h', [4])];
    const outputs = [
      graph.matrixExponential(graph.upperTriangle(v)),
      graph.frechetExponential(M, graph.transpose(M)),
      graph.upperEntries(M),
      graph.submatrix(M, 1, 0, 2, 3),
      graph.placeMatrix(M, 1, 2, 6, 7),
      graph.diagonalMatrix(graph.diagonal(M)),
      graph.select(graph.greater(h, 0.5), graph.log(h), graph.minimum(h, graph.sign(h))),
      graph.logSumExp(h),
      graph.matmul(graph.identityMatrix(4), h),
      graph.matmul(sharedConstant([2, 4], [0.1, Number.NaN, -0, 1e-320, 3, Number.POSITIVE_INFINITY, 7, 8]), h),
      graph.add(h, constant(Number.NEGATIVE_INFINITY, [1], 'row')),
      graph.divide(h, constant(-0, [1], 'shared')),
    ];
    const read = again(outputs, [v, M, h]);
    expect(listing(read)).toBe(listing(outputs));
    const bits = (nodes: readonly Node[]) =>
      graph
        .topological(nodes)
        .flatMap((node) =>
          node.op === 'constant' ? [new Float64Array([node.attributes.value].flat() as number[])] : [],
        );
    expect(bits(read).map(String)).toEqual(bits(outputs).map(String));
    expect(Object.is((read.at(-1)!.args[1] as { attributes: { value: number } }).attributes.value, -0)).toBe(true);
  });

  const h = input('carry', 'h', [2]);
  it.each<[string, Node, string]>([
    [
      'a value from elsewhere',
      graph.tanh(input('carry', 'elsewhere', [2])),
      'elsewhere was not handed to the function',
    ],
    ['a draw', graph.noise('normal', 0, 2), 'noise comes from a noise scheme'],
    ['a sum over rows', graph.sumRows(h), 'sums over the rows of a batch'],
  ])('refuses to keep %s', (_, node, message) => {
    expect(() => again([node], [h])).toThrow(InputError);
    expect(() => again([node], [h])).toThrow(message);
  });

  it.each<[string, unknown, string]>([
    ['no list', { nodes: 3, outputs: {} }, 'expected a graph'],
    ['an unknown operation', { nodes: [{ op: 'require', args: [] }], outputs: {} }, 'unknown operation "require"'],
    ['an inherited name', { nodes: [{ op: 'constructor', args: [] }], outputs: {} }, 'unknown operation "constructor"'],
    [
      'a node after its user',
      { nodes: [{ op: 'tanh', args: [0] }], outputs: {} },
      'refers to node 0, and 0 stand before',
    ],
    [
      'a number of arguments',
      {
        nodes: [
          { op: 'leaf', name: 'h', space: 'row', shape: [2] },
          { op: 'add', args: [0] },
        ],
        outputs: {},
      },
      'takes 2 arguments',
    ],
    [
      'a leaf of another shape',
      { nodes: [{ op: 'leaf', name: 'h', space: 'row', shape: [3] }], outputs: {} },
      'was "row" [3] and is row [2]',
    ],
    [
      'a leaf that is no argument',
      { nodes: [{ op: 'leaf', name: 'k', space: 'row', shape: [2] }], outputs: {} },
      '"k" is not among',
    ],
    [
      'a huge shape',
      { nodes: [{ op: 'constant', value: 1, space: 'shared', shape: [2 ** 20, 2 ** 20] }], outputs: {} },
      'at most',
    ],
    [
      'numbers that are too few',
      { nodes: [{ op: 'constant', value: { float64: 'AAAA' }, space: 'shared', shape: [9] }], outputs: {} },
      'expected 9 numbers',
    ],
    [
      'a matrix of each row',
      { nodes: [{ op: 'constant', value: 1, space: 'row', shape: [2, 2] }], outputs: {} },
      'a vector of each row',
    ],
    ['an output that is not there', { nodes: [], outputs: { y: 0 } }, 'refers to node 0'],
    [
      'a surplus attribute',
      {
        nodes: [
          { op: 'leaf', name: 'h', space: 'row', shape: [2] },
          { op: 'tanh', args: [0], start: 1 },
        ],
        outputs: {},
      },
      'has no "start"',
    ],
  ])('refuses %s', (_, given, message) => {
    const read = () => readGraph(given as never, (name) => (name === 'h' ? h : undefined));
    expect(read).toThrow(InputError);
    expect(read).toThrow(message);
  });

  it('of a great product is refused before anything is computed', () => {
    const nodes = [
      { op: 'constant', value: 1.5, space: 'shared', shape: [2 ** 20, 1] },
      { op: 'leaf', name: 'M', space: 'shared', shape: [1, 2 ** 20] },
      { op: 'product', args: [0, 1] },
    ];
    expect(() => readGraph({ nodes, outputs: {} } as never, () => input('shared', 'M', [1, 2 ** 20]))).toThrow(
      'more than',
    );
  });
});

const everyCell: [string, Cell][] = [
  ...Object.keys(cells).map((name): [string, Cell] => [name, parseCell(name)]),
  ...[lorenzCell, mixerCell, oscillatorsCell, pendulumCell, rotationCell].map((cell): [string, Cell] => [
    cell.name,
    cell,
  ]),
];

describe('a cell as data', () => {
  it.each(everyCell)('%s traces to itself again', (_, cell) => {
    const trace = traceCell(cell, 3, 2);
    const read = tracedCell([JSON.parse(JSON.stringify(trace))]);
    expect(traceCell(read, 3, 2)).toEqual(trace);
    expect(read.state({ units: 3, inputs: 2 })).toEqual(cell.state({ units: 3, inputs: 2 }));
    expect(() => read.state({ units: 4, inputs: 2 })).toThrow(/kept in the run for 3 units and 2 inputs/);
  });

  it('is refused where its graph does not fit its sizes', () => {
    const trace = traceCell(parseCell('gru'), 3, 2);
    expect(() => tracedCell([{ ...trace, state: { h: 4 } }])).toThrow(
      /cell gru: node .*"state.h" was "row" \[3\] and is row \[4\]/,
    );
    expect(() => tracedCell([{ ...trace, state: { h: 3, c: 3 } }])).toThrow('has no value of component "c"');
  });
});

it('damaged parts are refused, or are parts: never a hang, never another error', async () => {
  const part = { kind: 'cell', name: 'gru-like', traces: [traceCell(parseCell('gru'), 2, 1)] };
  const document = { format: 'noisy-rnn/parts', version: 1, parts: [part] };
  const text = new TextEncoder().encode(JSON.stringify(document));
  const settings = { model: 'gru-like' };
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(textMutation, async (mutate) => {
      const bytes = mutate(text);
      const started = performance.now();
      try {
        const content: unknown = JSON.parse(new TextDecoder().decode(bytes));
        const parts = await storedParts(settings, readPartsDocument(content, 'parts'), {}, 'run', null);
        for (const own of parts.own) expect(own.kind).toBe('cell');
      } catch (error) {
        refused += 1;
        if (!(error instanceof SyntaxError)) expect(error).toBeInstanceOf(InputError);
      }
      expect(performance.now() - started).toBeLessThan(2000);
    }),
    { numRuns: 600, seed: 4 },
  );
  // JSON proves little about itself: what a flipped digit leaves whole is another cell.
  expect(refused).toBeGreaterThan(300);
});
