import { type Node, substitute, topological } from '../graph/index.js';
import { mapPhase, type Nodes, outputsOf, type Program, shared } from './program.js';

/**
 * Moves what depends on parameters alone out of the time loop: every largest shared-space expression becomes a
 * prepared value, computed once a call in float64. Done before differentiation, so that the pull-back through a
 * parametrisation such as S_{β,γ} happens once a call too; and again after it, for what differentiation made (Wᵀ).
 */
export function hoist(program: Program): Program {
  const prepare: Record<string, Node> = { ...program.prepare };
  const leafOf = new Map<Node, Node>();
  let last = -1;
  const freshName = (): string => {
    do last += 1;
    while (prepare[`$${last}`] !== undefined);
    return `$${last}`;
  };
  const phases = program.phases.map((part) => {
    const parametric = new Set<Node>();
    for (const node of topological(outputsOf(part)))
      if (node.space === 'shared' && node.args.every((arg) => parametric.has(arg)) && node.op !== 'outer')
        parametric.add(node);
    return mapPhase(part, (outputs) =>
      substitute(outputs, (node) => {
        const scalar = node.op === 'constant' && typeof node.attributes.value === 'number';
        if (!parametric.has(node) || node.op === 'input' || scalar) return undefined;
        const known = leafOf.get(node);
        if (known !== undefined) return known;
        const name = freshName();
        const leaf = shared(name, node.shape);
        prepare[name] = withDefinitions(node, program.prepare);
        leafOf.set(node, leaf);
        return leaf;
      }),
    );
  });
  return { ...program, prepare, phases };
}

/** An expression over parameters alone, from one that may read values prepared before. */
function withDefinitions(node: Node, prepared: Nodes): Node {
  const [expanded] = substitute([node], (leaf) => (leaf.op === 'input' ? prepared[leaf.attributes.name] : undefined));
  return expanded!;
}
