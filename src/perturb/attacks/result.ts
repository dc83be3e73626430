import { type Found, rowOf } from './ascent.js';
import type { AttackResult } from './attack.js';
import type { Ball } from './ball.js';
import type { Network } from './network.js';

export function resultOf(network: Network, ball: Ball, { delta, fooled }: Found): AttackResult {
  const norms = Float64Array.from({ length: network.rows }, (_, row) => ball.size(rowOf(delta, row, network.width)));
  return { inputs: network.inputs(delta), success: fooled, norms };
}
