import { add, matmul, multiply, type Node, sigmoid, subtract, tanh } from '../graph/index.js';
import { defineCell } from './cell.js';
import { gate } from './gru.js';

export interface LongExpressiveOptions {
  /** Δt, the largest step of both time scales, above 0 and at most 1. */
  readonly delta: number;
}

/**
 * Long expressive memory, two states with time scales that are learned and gated:
 * δ₁ = Δt σ(W₁ y + U₁ x + b₁), δ₂ = Δt σ(W₂ y + U₂ x + b₂),
 * z⁺ = (1 − δ₁) ⊙ z + δ₁ ⊙ tanh(W_z y + U_z x + b_z), y⁺ = (1 − δ₂) ⊙ y + δ₂ ⊙ tanh(W_y z⁺ + U_y x + b_y).
 * Rusch, Mishra, Erichson & Mahoney, *Long Expressive Memory for Sequence Modeling*, ICLR 2022, eq. 3; weights start uniform
 * ±1/√N as in its code. The readout reads y; both states stay in [−1, 1]. The step is discrete: Δt belongs to the cell.
 */
export function longExpressiveCell({ delta }: LongExpressiveOptions) {
  return defineCell({
    name: 'lem',
    state: ({ units }) => ({ y: units, z: units }),
    parameters: (sizes) => ({ ...gate('1', sizes), ...gate('2', sizes), ...gate('z', sizes), ...gate('y', sizes) }),
    step: ({ state: { y, z }, input, parameters: p, preactivation }) => {
      const drive = (W: Node, of: Node, U: Node, b: Node) =>
        preactivation(add(add(matmul(W, of), matmul(U, input)), b));
      const slow = multiply(delta, sigmoid(drive(p.W_1, y, p.U_1, p.b_1)));
      const fast = multiply(delta, sigmoid(drive(p.W_2, y, p.U_2, p.b_2)));
      const memory = add(z, multiply(slow, subtract(tanh(drive(p.W_z, y, p.U_z, p.b_z)), z)));
      const target = tanh(drive(p.W_y, memory, p.U_y, p.b_y));
      return { z: memory, y: add(y, multiply(fast, subtract(target, y))) };
    },
    readout: ['y'],
    range: { y: [-1, 1], z: [-1, 1] },
  });
}
