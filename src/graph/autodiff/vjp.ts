import { kindOf } from '../kinds/index.js';
import { sumOf } from '../kinds/kind.js';
import { type Node, topological } from '../node.js';
import * as make from '../operations.js';
import { describe } from '../print.js';
import { jvp } from './jvp.js';

/**
 * Transposes a linear map: given outputs that depend linearly on `leaves` and one cotangent an output, the cotangents
 * of the leaves.
 */
function transposeLinear(
  outputs: readonly (Node | undefined)[],
  cotangents: readonly (Node | undefined)[],
  leaves: readonly Node[],
): (Node | undefined)[] {
  const nodes = topological(outputs.filter((output) => output !== undefined));
  const onPath = new Set<Node>(leaves);
  for (const node of nodes) if (node.args.some((arg) => onPath.has(arg))) onPath.add(node);
  const accumulated = new Map<Node, Node>();
  const accumulate = (node: Node, cotangent: Node | undefined) => {
    const total = sumOf(accumulated.get(node), cotangent);
    if (total !== undefined) accumulated.set(node, total);
  };
  for (const [index, output] of outputs.entries())
    if (output !== undefined && onPath.has(output)) accumulate(output, cotangents[index]);
  for (const node of nodes.reverse()) {
    const cotangent = accumulated.get(node);
    if (cotangent === undefined || !onPath.has(node)) continue;
    const parts = kindOf(node).transpose?.(node, cotangent, (index) => onPath.has(node.args[index]!));
    // A node that is not linear cannot stand between the inputs and outputs of a tangent.
    if (!parts) throw new Error(`transpose: ${describe(node)} is not linear; a tangent rule put it on the linear path`);
    for (const [index, arg] of node.args.entries()) if (onPath.has(arg)) accumulate(arg, parts[index]);
  }
  return leaves.map((leaf) => accumulated.get(leaf));
}

/**
 * Reverse-mode derivative, graph to graph: linearise (`jvp`), then transpose. Because both passes stay within the node
 * kinds they start from, derivatives nest in any order: the tangent of an adjoint, the adjoint of a tangent.
 * @param cotangents one an output; `undefined` is zero.
 * @param inputs the nodes to differentiate with respect to.
 * @returns one cotangent an input; `undefined` where it is identically zero.
 */
export function vjp(
  outputs: readonly Node[],
  cotangents: readonly (Node | undefined)[],
  inputs: readonly Node[],
): (Node | undefined)[] {
  const leaves = new Map(
    inputs.map((node) => [node, make.input(node.space === 'shared' ? 'shared' : 'carry', '∂', node.shape)]),
  );
  const tangents = jvp(outputs, (node) => leaves.get(node));
  return transposeLinear(tangents, cotangents, [...leaves.values()]);
}
