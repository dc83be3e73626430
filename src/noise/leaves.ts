/** What properties are read off with. */
import { constant, type InputRole, input as leaf, type Node, type Shape } from '../graph/index.js';

export { isConstant, jvp, type Node, noise, topological } from '../graph/index.js';

/** A leaf; nothing, where it would have no entries. */
export function input(role: InputRole, name: string, shape: Shape): Node {
  return shape.includes(0) ? constant(0, shape, role === 'shared' ? 'shared' : 'row') : leaf(role, name, shape);
}

export const shared = (name: string, shape: Shape): Node => input('shared', name, shape);
