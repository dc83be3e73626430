import { add, identityMatrix, matmul, multiply, subtract, tanh, transpose } from '../graph/index.js';
import { defineCell, fanIn, normal } from './cell.js';

/**
 * The antisymmetric RNN: f = tanh((M − Mᵀ − γI) h + U x + b).
 * Chang, Chen, Haber & Chi, *AntisymmetricRNN: A Dynamical System View on Recurrent Neural Networks*, ICLR 2019, eq. 12.
 */
export function antisymmetricCell({ gamma }: { readonly gamma: number }) {
  return defineCell({
    name: 'antisymmetric',
    state: ({ units }) => ({ h: units }),
    parameters: ({ units, inputs }) => ({
      M: { shape: [units, units], initial: normal(0.1 / units) },
      U: { shape: [units, inputs], initial: fanIn(inputs) },
      b: { shape: [units], initial: fanIn(inputs) },
    }),
    drift: ({ state: { h }, input, parameters: { M, U, b }, preactivation }) => {
      const damping = multiply(gamma, identityMatrix(M.shape[0]!));
      const W = subtract(subtract(M, transpose(M)), damping);
      return { h: tanh(preactivation(add(add(matmul(W, h), matmul(U, input)), b))) };
    },
  });
}
