import { InputError } from '../../errors.js';
import { add, logSumExp, multiply, type Node, sharedConstant, subtract, sum } from '../../graph/index.js';
import type { Loss } from './loss.js';

export interface CrossEntropyOptions {
  /** s of label smoothing: the target is (1 − s) y + s/K. 0 unless given. Szegedy et al., CVPR 2016. */
  readonly smoothing?: number;
  /** By class: a readout's loss is multiplied by its class's weight. All 1 unless given. */
  readonly weights?: readonly number[] | undefined;
}

/** −log softmax(z)_y. */
export function crossEntropy({ smoothing = 0, weights }: CrossEntropyOptions = {}): Loss {
  const plain = (logits: Node, target: Node): Node => {
    const aim = smoothing === 0 ? target : add(multiply(1 - smoothing, target), smoothing / target.shape[0]!);
    return subtract(logSumExp(logits), sum(multiply(aim, logits)));
  };
  return {
    name: smoothing === 0 ? 'cross-entropy' : `cross-entropy:smoothing=${smoothing}`,
    target: 'classes',
    of: (logits, target) => {
      if (weights === undefined) return plain(logits, target);
      const classes = target.shape[0]!;
      if (weights.length !== classes)
        throw new InputError(`expected ${classes} class weights, one a class, got ${weights.length}`);
      return multiply(sum(multiply(target, sharedConstant([classes], weights))), plain(logits, target));
    },
  };
}
