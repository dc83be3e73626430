/** Values of graphs outside any program: leaves by node, rows of row values one after another. */
import { entriesOf, evaluateNode, type Node, topological } from '../../src/graph/index.js';
import { createGenerator, type Generator } from '../../src/random/index.js';

export type Bindings = ReadonlyMap<Node, Float64Array>;

/** The value of each output, or zeros for an output that is identically zero (`undefined`). */
export function valuesOf(outputs: readonly Node[], bindings: Bindings, rows: number): Float64Array[] {
  const values = new Map<Node, Float64Array>(bindings);
  for (const node of topological(outputs)) {
    if (values.has(node)) continue;
    if (node.op === 'input' || node.op === 'noise') throw new Error('a leaf has no value');
    const out = new Float64Array(entriesOf(node, rows));
    const args = node.args.map((arg) => values.get(arg)!);
    evaluateNode(node, args, out, rows);
    values.set(node, out);
  }
  return outputs.map((output) => values.get(output)!);
}

/** Random values of the size of a node; between 0.3 and 1.2 in magnitude where `away` from kinks and poles. */
export function randomLike(node: Node, rows: number, generator: Generator, away = false): Float64Array {
  return Float64Array.from({ length: entriesOf(node, rows) }, () => {
    if (!away) return generator.normal();
    return (generator.uniform() < 0.5 ? -1 : 1) * (0.3 + 0.9 * generator.uniform());
  });
}

export const generatorOf = (seed: number): Generator => createGenerator(seed, 'graph values');
