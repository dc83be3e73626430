import { kindOf } from '../kinds/index.js';
import { type Node, topological } from '../node.js';

/**
 * Forward-mode derivative, graph to graph: the tangents of the outputs when the node n has the tangent
 * `tangentOf(n)`. The primal nodes are shared, not copied, so k calls on one graph make k tangents over one primal.
 * @returns one tangent an output; `undefined` where it is identically zero.
 */
export function jvp(outputs: readonly Node[], tangentOf: (leaf: Node) => Node | undefined): (Node | undefined)[] {
  const tangents = new Map<Node, Node | undefined>();
  for (const node of topological(outputs)) {
    const seed = tangentOf(node);
    const args = node.args.map((arg) => tangents.get(arg));
    tangents.set(
      node,
      seed ?? (args.some((tangent) => tangent !== undefined) ? kindOf(node).tangent(node, node.args, args) : undefined),
    );
  }
  return outputs.map((output) => tangents.get(output));
}
