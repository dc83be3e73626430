import { costOf, type Node, topological } from '../graph/index.js';

/**
 * Which values of the forward step the backward step should find stored rather than compute again. Products and
 * transcendental functions are kept; cheap elementwise values are made again from what is kept, unless that would
 * keep two values for the sake of one; noise is made again from its counters.
 *
 * @param backward outputs of the backward step, expressions in forward nodes and cotangents.
 * @param forward every node of the forward step.
 * @param mustKeep leaves whose value will be gone by the time of the backward step (carries).
 */
export function chooseResiduals(
  backward: readonly Node[],
  forward: ReadonlySet<Node>,
  mustKeep: (leaf: Node) => boolean,
): Node[] {
  const kept = new Set<Node>();
  const keeps = (node: Node) => forward.has(node) && (isExpensive(node) || mustKeep(node));
  const usersOutside = new Set<Node>();
  for (const node of topological(backward)) if (!forward.has(node)) for (const arg of node.args) usersOutside.add(arg);
  for (const node of [...usersOutside, ...backward]) if (keeps(node)) kept.add(node);

  /** Values that would have to be kept, and are not yet, to make a node again. */
  const missing = (root: Node): Set<Node> => {
    const found = new Set<Node>();
    const visit = (node: Node): void => {
      if (kept.has(node)) return;
      if (keeps(node)) found.add(node);
      else for (const arg of node.args) visit(arg);
    };
    visit(root);
    return found;
  };
  const frontier = [...new Set([...usersOutside, ...backward])]
    .filter((node) => forward.has(node) && node.space === 'row')
    .sort((a, b) => a.id - b.id);
  for (const node of frontier) {
    const needed = missing(node);
    if (needed.size >= 2) kept.add(node);
    else for (const residual of needed) kept.add(residual);
  }
  return reachable(backward, kept);
}

/** Of the kept nodes, those the backward step meets when it stops at kept nodes. */
function reachable(backward: readonly Node[], kept: ReadonlySet<Node>): Node[] {
  const seen = new Set<Node>();
  const met = new Set<Node>();
  const pending = [...backward];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (kept.has(node)) met.add(node);
    else pending.push(...node.args);
  }
  return [...met].sort((a, b) => a.id - b.id);
}

function isExpensive(node: Node): boolean {
  // Only row values can be stored, one a step; a shared value is made again from the parameters.
  return node.space === 'row' && costOf(node) === 'expensive';
}
