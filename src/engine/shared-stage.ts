import { type Tensors, topological } from '../graph/index.js';
import type { Nodes } from '../program/index.js';
import { entriesOf, evaluate } from './reference/evaluate.js';

/**
 * Evaluates expressions over shared values (a program's `prepare` and `finish` stages), in float64 on every engine.
 * @throws Error if an input is not among the known values.
 */
export function evaluateShared(outputs: Nodes, known: Tensors): Tensors {
  const values = new Map<number, Float64Array>();
  for (const node of topological(Object.values(outputs))) {
    if (node.op === 'input') {
      const value = known[node.attributes.name];
      if (value === undefined) throw new Error(`shared value ${node.attributes.name} was not computed or given`);
      values.set(node.id, value.data);
      continue;
    }
    const out = new Float64Array(entriesOf(node, 1));
    const args = node.args.map((arg) => values.get(arg.id)!);
    evaluate(node, args, out, 1);
    values.set(node.id, out);
  }
  return Object.fromEntries(
    Object.entries(outputs).map(([name, node]) => [name, { shape: node.shape, data: values.get(node.id)! }]),
  );
}
