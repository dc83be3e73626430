import { add, matmul, multiply, sigmoid, subtract } from '../graph/index.js';
import { defineCell, fanIn } from './cell.js';

/**
 * The minimal gated recurrent unit: z = σ(U_z x + b_z), h⁺ = (1 − z) ⊙ h + z ⊙ (U_n x + b_n). Neither gate nor candidate
 * reads the state, so the recurrence is linear in h and can be solved in parallel over time. Feng, Tung, Ahmed, Bengio &
 * Hajimirsadeghi, *Were RNNs All We Needed?*, 2024 (arXiv 2410.01201), section 3.1; linear layers as PyTorch starts them.
 */
export function minimalGruCell() {
  return defineCell({
    name: 'mingru',
    state: ({ units }) => ({ h: units }),
    parameters: ({ units, inputs }) => {
      const initial = fanIn(Math.max(1, inputs));
      return {
        U_z: { shape: [units, inputs], initial },
        b_z: { shape: [units], initial },
        U_n: { shape: [units, inputs], initial },
        b_n: { shape: [units], initial },
      };
    },
    step: ({ state: { h }, input, parameters: p, preactivation }) => {
      const take = sigmoid(preactivation(add(matmul(p.U_z, input), p.b_z)));
      const candidate = add(matmul(p.U_n, input), p.b_n);
      return { h: add(h, multiply(take, subtract(candidate, h))) };
    },
  });
}
