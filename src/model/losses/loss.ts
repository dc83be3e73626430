import type { Node } from '../../graph/index.js';

/**
 * What the outputs of one readout are judged by: an expression like any other, so that gradients, Hessian-vector products,
 * input gradients and the regulariser follow by themselves.
 */
export interface Loss {
  /** As it is written in settings. */
  readonly name: string;
  /** `classes`: the target is a class, given one-hot. `values`: numbers, as many as there are outputs. */
  readonly target: 'classes' | 'values';
  /** ℓ(z, y), one entry; both row vectors as wide as the outputs. */
  readonly of: (outputs: Node, target: Node) => Node;
}
