/** Row values as ONNX operations. Broadcasting costs nothing: the operators broadcast by themselves. */
import { InputError } from '../../errors.js';
import { describe, type Node, type NodeOf, topological, widthOf } from '../../graph/index.js';
import type { Weight } from '../network.js';
import { type Operators, operators } from './operators.js';
import { integerAttribute, integersAttribute, type Scope } from './scope.js';

/** A value in a graph: [rows, width], or without rows [width]; width may be 1 where the node's is more. */
export interface Value {
  readonly name: string;
  readonly rows: boolean;
  readonly width: number;
}

export interface Surroundings {
  readonly scope: Scope;
  readonly weights: ReadonlyMap<string, Weight>;
  /** Value of a carry or sequence, [rows, width]. */
  readonly leaf: (role: 'carry' | 'sequence', name: string) => string;
  /** The number of rows, an int64 tensor [1]. */
  readonly rowCount: string;
}

/** The expression of a node, for people who look at the file. */
const equation = (node: Node) => describe(node, 3);

/** Writes the operations of these nodes and returns where each is, [rows, width]. */
export function writeRows(outputs: readonly Node[], around: Surroundings): string[] {
  const { scope, weights } = around;
  const order = topological(outputs);
  const uses = new Map<Node, number>();
  for (const node of order) for (const arg of node.args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  for (const node of outputs) uses.set(node, (uses.get(node) ?? 0) + 1);
  const values = new Map<Node, Value>();
  const fused = new Set<Node>();
  const valueAt = (node: Node): Value => {
    const known = values.get(node);
    if (known !== undefined) return known;
    // A product that was left to the sum it is part of, and whose sum could not take it.
    const made = product(node, null, around, whole);
    values.set(node, made);
    return made;
  };
  const whole = (node: Node): string => expanded(valueAt(node), widthOf(node), around);

  for (const node of order) {
    if (node.op === 'matmul' && uses.get(node) === 1 && !outputs.includes(node)) fused.add(node);
    else if (node.shape.length === 1) values.set(node, write(node));
  }
  return outputs.map((node) => whole(node));

  function write(node: Node): Value {
    const args = () => node.args.map(valueAt);
    switch (node.op) {
      case 'input': {
        const { role, name } = node.attributes;
        if (role !== 'shared') return { name: around.leaf(role, name), rows: true, width: widthOf(node) };
        return { name: stored(weights.get(name)!, scope), rows: false, width: widthOf(node) };
      }
      case 'constant': {
        const { value } = node.attributes;
        if (typeof value === 'number') return { name: scope.number(value), rows: false, width: 1 };
        return { name: scope.numbers(`constant ${node.id}`, value), rows: false, width: value.length };
      }
      case 'broadcastRows':
      case 'broadcast':
        return valueAt(node.args[0]!);
      case 'elementwise': {
        const sum = node.attributes.name === 'add' ? node.args.find((arg) => fused.has(arg)) : undefined;
        if (sum === undefined) return elementwise(node, args(), scope);
        const other = node.args[node.args[0] === sum ? 1 : 0]!;
        return product(sum, { node, value: valueAt(other) }, around, whole);
      }
      case 'matmul':
        return product(node, null, around, whole);
      case 'sum': {
        const reduced = scope.node('ReduceSum', [whole(node.args[0]!), scope.integers(-1)], 'sum', {}, equation(node));
        return { name: reduced, rows: true, width: 1 };
      }
      case 'logSumExp': {
        const how = { axes: integersAttribute(-1) };
        const reduced = scope.node('ReduceLogSumExp', [whole(node.args[0]!)], 'logSumExp', how, equation(node));
        return { name: reduced, rows: true, width: 1 };
      }
      case 'slice': {
        const { start } = node.attributes;
        const bounds = [start, start + widthOf(node), -1].map((value) => scope.integers(value));
        const name = scope.node('Slice', [whole(node.args[0]!), ...bounds], 'slice', {}, equation(node));
        return { name, rows: true, width: widthOf(node) };
      }
      case 'concat': {
        const parts = node.args.map(whole);
        const how = { axis: integerAttribute(-1) };
        return { name: scope.node('Concat', parts, 'concat', how, equation(node)), rows: true, width: widthOf(node) };
      }
      default:
        throw new InputError(`ONNX: the operation "${node.op}" of ${describe(node)} cannot be exported`);
    }
  }
}

export function stored({ name, shape, data, definition }: Weight, scope: Scope): string {
  const description = definition === name ? '' : definition;
  return scope.store({ name, shape, values: Float32Array.from(data), description });
}

/** A value as [rows, width]. */
function expanded({ name, rows, width }: Value, full: number, { scope, rowCount }: Surroundings): string {
  if (rows && width === full) return name;
  const how = { axis: integerAttribute(0) };
  const shape = scope.node('Concat', [rowCount, scope.integers(full)], 'shape', how);
  return scope.node('Expand', [name, shape], 'whole');
}

/** W x, or W x + c in one operation. */
function product(
  node: Node,
  plus: { readonly node: Node; readonly value: Value } | null,
  { scope, weights }: Surroundings,
  whole: (node: Node) => string,
): Value {
  const [matrix, operand] = node.args as [NodeOf<'input'> & Node, Node];
  const weight = stored(weights.get(matrix.attributes.name)!, scope);
  const inputs = [whole(operand), weight, ...(plus === null ? [] : [plus.value.name])];
  const name = scope.node('Gemm', inputs, 'product', { transB: integerAttribute(1) }, equation(plus?.node ?? node));
  return { name, rows: true, width: widthOf(node) };
}

function elementwise(node: NodeOf<'elementwise'> & Node, args: readonly Value[], scope: Scope): Value {
  const { name: wanted } = node.attributes;
  const spelling = operators[wanted];
  const apply: Operators['apply'] = (operator, inputs, how) =>
    scope.node(operator, inputs, wanted, how, equation(node));
  const inputs = args.map((arg) => arg.name);
  const of = { apply, number: (value: number) => scope.number(value) };
  return {
    name: typeof spelling === 'string' ? apply(spelling, inputs) : spelling(of, inputs),
    rows: args.some(({ rows }) => rows),
    width: Math.max(...args.map(({ width }) => width)),
  };
}
