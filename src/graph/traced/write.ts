import { InputError } from '../../errors.js';
import { type Node, topological } from '../node.js';
import { describe } from '../print.js';
import { written } from './kinds.js';
import { limits, type TracedGraph, type TracedNode, type TracedValue } from './traced.js';

/**
 * Writes down what the outputs depend on.
 * @param leaves the arguments, by name. @throws InputError for a value that is none of them and no part may contain.
 */
export function writeGraph(outputs: Readonly<Record<string, Node>>, leaves: ReadonlyMap<Node, string>): TracedGraph {
  const places = new Map<Node, number>();
  const nodes = topological(Object.values(outputs)).map((node, place): TracedNode => {
    places.set(node, place);
    const { space, shape } = node;
    const name = leaves.get(node);
    if (name !== undefined) return { op: 'leaf', name, space, shape: [...shape] };
    if (node.op === 'constant') return { op: 'constant', space, shape: [...shape], value: writeValue(node) };
    const own = written(node);
    if (own === undefined) throw new InputError(`${describe(node)} ${reasons[node.op] ?? 'cannot be kept'}`);
    const { op, ...attributes } = own;
    return { op, args: node.args.map((arg) => places.get(arg)!), ...attributes };
  });
  if (nodes.length > limits.nodes)
    throw new InputError(`it is made of ${nodes.length} operations, and at most ${limits.nodes} can be kept`);
  const found = Object.entries(outputs).map(([name, node]) => [name, places.get(node)!] as const);
  return { nodes, outputs: Object.fromEntries(found) };
}

const reasons: { readonly [op: string]: string } = {
  input: 'was not handed to the function: use the state, inputs and parameters of its context',
  noise: 'is a draw of its own: noise comes from a noise scheme (defineNoise), whose update draws with draw(…)',
  sumRows: 'sums over the rows of a batch, and a sample must not depend on the others',
  outer: 'sums over the rows of a batch, and a sample must not depend on the others',
};

function writeValue(node: Node & { readonly op: 'constant' }): TracedValue {
  const { value } = node.attributes;
  if (typeof value === 'number') return writeNumber(value);
  const [rows, columns] = node.shape;
  const [first] = value;
  const onDiagonal = (at: number) => at % (rows! + 1) === 0;
  if (rows === columns && Number.isFinite(first) && value.every((own, at) => own === (onDiagonal(at) ? first : 0)))
    return { diagonal: first! };
  const bytes = new DataView(new ArrayBuffer(8 * value.length));
  for (const [at, own] of value.entries()) bytes.setFloat64(8 * at, own, true);
  return { float64: toBase64(new Uint8Array(bytes.buffer)) };
}

/** JSON has neither NaN nor infinities nor −0. */
function writeNumber(value: number): TracedValue {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : value;
  return String(value) as 'NaN' | 'Infinity' | '-Infinity';
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 0x8000)
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return btoa(text);
}
