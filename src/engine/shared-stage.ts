import { type Node, type Tensors, topological } from '../graph/index.js';
import type { Nodes } from '../program/index.js';
import { entriesOf, evaluate } from './reference/evaluate.js';

/** Orders of evaluation and values of constants, kept from call to call: a stage runs once for every batch. */
const orders = new WeakMap<Nodes, Node[]>();
const constants = new WeakMap<Node, Float64Array>();

function orderOf(outputs: Nodes): Node[] {
  const known = orders.get(outputs);
  if (known !== undefined) return known;
  const order = topological(Object.values(outputs));
  orders.set(outputs, order);
  return order;
}

/**
 * Evaluates expressions over shared values (a program's `prepare` and `finish` stages), in float64 on every engine.
 * @throws Error if an input is not among the known values.
 */
export function evaluateShared(outputs: Nodes, known: Tensors): Tensors {
  const values = new Map<number, Float64Array>();
  for (const node of orderOf(outputs)) {
    if (node.op === 'input') {
      const value = known[node.attributes.name];
      if (value === undefined) throw new Error(`shared value ${node.attributes.name} was not computed or given`);
      values.set(node.id, value.data);
      continue;
    }
    const constant = constants.get(node);
    if (constant !== undefined) {
      values.set(node.id, constant);
      continue;
    }
    const out = new Float64Array(entriesOf(node, 1));
    const args = node.args.map((arg) => values.get(arg.id)!);
    evaluate(node, args, out, 1);
    values.set(node.id, out);
    if (node.op === 'constant') constants.set(node, out);
  }
  return Object.fromEntries(
    Object.entries(outputs).map(([name, node]) => {
      const data = values.get(node.id)!;
      // What a caller is given it may change.
      return [name, { shape: node.shape, data: node.op === 'constant' ? data.slice() : data }];
    }),
  );
}
