import { InputError } from '../../errors.js';
import type { Node, Shape, Space } from '../node.js';
import { constant, sharedConstant } from '../operations.js';
import { signature } from '../print.js';
import { sizeOf } from '../tensor.js';
import { kinds } from './kinds.js';
import { limits, type TracedGraph, type TracedNode } from './traced.js';

/** What stands for a leaf when the graph is made again; `at` gives the nodes made so far. */
export type Supply = (name: string, at: (place: number) => Node) => Node | undefined;

/**
 * Makes the graph with other arguments.
 * @param graph from a file or from `writeGraph`: nothing about it is taken for granted.
 * @throws InputError for anything but known nodes over nodes before them, whose shapes fit, within `limits`.
 */
export function readGraph(graph: TracedGraph, supply: Supply): Record<string, Node> {
  if (!isObject(graph) || !Array.isArray(graph.nodes) || !isObject(graph.outputs))
    throw new InputError('expected a graph: nodes, and outputs by name');
  if (graph.nodes.length > limits.nodes)
    throw new InputError(`has ${graph.nodes.length} nodes; at most ${limits.nodes} are read`);
  const made: Node[] = [];
  const at = (place: unknown): Node => {
    const node = isWhole(place) ? made[place] : undefined;
    if (node === undefined) throw new InputError(`refers to node ${shown(place)}, and ${made.length} stand before it`);
    return node;
  };
  let entries = 0;
  for (const [place, traced] of (graph.nodes as readonly unknown[]).entries()) {
    const node = naming(place, traced, () => readNode(traced, at, supply));
    const own = node.op === 'constant' ? sizeOf(node.shape) : 0;
    entries += own;
    if (sizeOf(node.shape) > limits.entries || entries > limits.entries)
      throw new InputError(`node ${place}: more than ${limits.entries} numbers`);
    made.push(node);
  }
  const outputs = Object.entries(graph.outputs).map(([name, place]) => [name, at(place)] as const);
  return Object.fromEntries(outputs);
}

function readNode(traced: unknown, at: (place: unknown) => Node, supply: Supply): Node {
  if (!isObject(traced) || typeof traced.op !== 'string') throw new InputError('expected an operation');
  const given = traced as { readonly [Name in keyof TracedNode]: unknown } & { readonly op: string };
  if (given.op === 'leaf') return readLeaf(given, at, supply);
  if (given.op === 'constant') return readConstant(given);
  const kind = kinds.get(given.op);
  if (kind === undefined) throw new InputError(`unknown operation "${given.op.slice(0, 40)}"`);
  const strange = Object.keys(given).find((key) => !['op', 'args', ...kind.attributes].includes(key));
  if (strange !== undefined) throw new InputError(`has no "${strange.slice(0, 40)}"`);
  const args = Array.isArray(given.args) ? given.args : [];
  if (kind.args === 'some' ? args.length === 0 : args.length !== kind.args)
    throw new InputError(`takes ${kind.args} arguments, got ${args.length}`);
  const node = kind.make(args.map(at), {
    whole: (name) => {
      if (!isWhole(given[name]))
        throw new InputError(`${name} must be a whole number, 0 or more, got ${shown(given[name])}`);
      return given[name];
    },
    shape: () => readShape(given.shape),
  });
  if (node.space === 'row' && node.shape.length !== 1)
    throw new InputError(`a value of each row is a vector, and this is ${signature(node)}`);
  return node;
}

function readLeaf(
  { name, space, shape }: { readonly [Name in keyof TracedNode]: unknown },
  at: (place: unknown) => Node,
  supply: Supply,
): Node {
  if (typeof name !== 'string' || name.length > limits.name) throw new InputError('a leaf has a name');
  const node = supply(name, at);
  if (node === undefined) throw new InputError(`"${name}" is not among the arguments`);
  const wanted = readShape(shape);
  if (node.space !== space || node.shape.join() !== wanted.join())
    throw new InputError(`"${name}" was ${shown(space)} [${wanted}] and is ${node.space} [${node.shape}]`);
  return node;
}

function readConstant({ space, shape, value }: { readonly [Name in keyof TracedNode]: unknown }): Node {
  const extents = readShape(shape);
  const place = readSpace(space, extents);
  if (typeof value === 'number') return constant(value, extents, place);
  if (typeof value === 'string') {
    const numbers: Readonly<Record<string, number>> = {
      NaN: Number.NaN,
      Infinity: Infinity,
      '-Infinity': -Infinity,
      '-0': -0,
    };
    if (!Object.hasOwn(numbers, value)) throw new InputError(`"${value.slice(0, 40)}" is not a number`);
    return constant(numbers[value]!, extents, place);
  }
  if (!isObject(value) || place !== 'shared')
    throw new InputError('a constant has a number, or numbers of a shared value');
  const size = sizeOf(extents);
  if ('diagonal' in value) {
    const [rows, columns] = extents;
    if (typeof value.diagonal !== 'number' || extents.length !== 2 || rows !== columns)
      throw new InputError('a diagonal is one number of a square matrix');
    const values = new Float64Array(size);
    for (let i = 0; i < size; i += rows! + 1) values[i] = value.diagonal;
    return sharedConstant(extents, values);
  }
  if (typeof value.float64 !== 'string' || value.float64.length !== 4 * Math.ceil((8 * size) / 3))
    throw new InputError(`expected ${size} numbers as base64`);
  return sharedConstant(extents, fromBase64(value.float64, size));
}

function fromBase64(text: string, size: number): Float64Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new InputError('its numbers are not base64');
  }
  if (binary.length !== 8 * size) throw new InputError(`expected ${size} numbers, got ${binary.length / 8}`);
  const view = new DataView(new ArrayBuffer(8 * size));
  for (let i = 0; i < binary.length; i++) view.setUint8(i, binary.charCodeAt(i));
  return Float64Array.from({ length: size }, (_, i) => view.getFloat64(8 * i, true));
}

function readShape(shape: unknown): Shape {
  const fits = Array.isArray(shape) && (shape.length === 1 || shape.length === 2) && shape.every(isWhole);
  if (!fits || sizeOf(shape as Shape) > limits.entries)
    throw new InputError(
      `a shape is one or two whole numbers (at most ${limits.entries} entries), got ${shown(shape)}`,
    );
  return [...(shape as Shape)];
}

function readSpace(space: unknown, shape: Shape): Space {
  if (space !== 'shared' && (space !== 'row' || shape.length !== 1))
    throw new InputError(`a value is shared, or a vector of each row; got ${shown(space)} [${shape}]`);
  return space;
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);

/** Says which node is wrong; what a constructor refuses for its own reasons is a fault of the file too. */
function naming(place: number, traced: unknown, make: () => Node): Node {
  try {
    return make();
  } catch (error) {
    const op = isObject(traced) && typeof traced.op === 'string' ? ` (${traced.op.slice(0, 40)})` : '';
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`node ${place}${op}: ${reason}`);
  }
}
