import { mergeEqual, type Node, substitute } from '../graph/index.js';
import { mapNodes, mapPhase, type Program, shared } from './program.js';

/**
 * Gives equal prepared values one name, so that each is computed, packed and kept once: a solver of four stages traces a cell,
 * and so its matrices, four times. Done last: until then each has a cotangent of its own, and the gradients keep the order of
 * their sums.
 */
export function mergePrepared(program: Program): Program {
  const names = Object.keys(program.prepare);
  const merged = mergeEqual(Object.values(program.prepare));
  const firstOf = new Map<Node, string>();
  const others = new Map<string, Node>();
  for (const [index, name] of names.entries()) {
    const node = merged[index]!;
    const first = firstOf.get(node);
    if (first === undefined) firstOf.set(node, name);
    else others.set(name, shared(first, node.shape));
  }
  if (others.size === 0) return program;
  const rename = (nodes: readonly Node[]) =>
    substitute(nodes, (node) =>
      node.op === 'input' && node.attributes.role === 'shared' ? others.get(node.attributes.name) : undefined,
    );
  return {
    prepare: Object.fromEntries([...firstOf].map(([node, name]) => [name, node])),
    phases: program.phases.map((part) => mapPhase(part, rename)),
    finish: mapNodes(program.finish, rename),
  };
}
