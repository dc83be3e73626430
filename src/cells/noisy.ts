import { add, identityMatrix, matmul, multiply, type Node, subtract, tanh, transpose } from '../graph/index.js';
import { defineCell, fanIn, normal } from './cell.js';

/**
 * S_{β,γ}(M) = (1−β)(M + Mᵀ) + β(M − Mᵀ) − γI: β = ½ leaves M free, β = 1 makes it antisymmetric, γ damps.
 * Erichson, Azencot, Queiruga, Hodgkinson & Mahoney, *Lipschitz Recurrent Neural Networks*, ICLR 2021, eq. 4.
 */
export function symmetricSkew(matrix: Node, beta: number, gamma: number): Node {
  // (1−β)(M + Mᵀ) + β(M − Mᵀ) = M + (1 − 2β)Mᵀ: fewer passes, forward and back.
  const mixed = add(matrix, multiply(1 - 2 * beta, transpose(matrix)));
  return subtract(mixed, multiply(gamma, identityMatrix(matrix.shape[0]!)));
}

export interface NoisyOptions {
  readonly beta: number;
  readonly gammaA: number;
  readonly gammaW: number;
}

/**
 * The Noisy RNN (Lim, Erichson, Hodgkinson & Mahoney, *Noisy Recurrent Neural Networks*, NeurIPS 2021, eq. 3), which
 * without noise is the Lipschitz RNN: f = A h + tanh(W h + U x + b), A = S_{β,γA}(M_A), W = S_{β,γW}(M_W).
 */
export function noisyCell({ beta, gammaA, gammaW }: NoisyOptions) {
  return defineCell({
    name: 'noisy',
    state: ({ units }) => ({ h: units }),
    parameters: ({ units, inputs }) => ({
      M_A: { shape: [units, units], initial: normal(0.1 / units) },
      M_W: { shape: [units, units], initial: normal(0.1 / units) },
      U: { shape: [units, inputs], initial: fanIn(inputs) },
      b: { shape: [units], initial: fanIn(inputs) },
    }),
    drift: ({ state: { h }, input, parameters: { M_A, M_W, U, b }, preactivation }) => {
      const A = symmetricSkew(M_A, beta, gammaA);
      const W = symmetricSkew(M_W, beta, gammaW);
      return { h: add(matmul(A, h), tanh(preactivation(add(add(matmul(W, h), matmul(U, input)), b)))) };
    },
  });
}
