import { InputError } from '../errors.js';
import {
  absolute,
  add,
  matmul,
  matrixExponential,
  multiply,
  type Node,
  relu,
  sign,
  subtract,
  transpose,
  upperTriangle,
} from '../graph/index.js';
import { defineCell, normal, uniform } from './cell.js';

/**
 * sign(u) relu(|u| + b). Where b > 0 it jumps by 2b at u = 0 and has no Lipschitz constant. Arjovsky, Shah & Bengio, ICML
 * 2016, for real numbers.
 */
export function modRelu(u: Node, b: Node): Node {
  return multiply(sign(u), relu(add(absolute(u), b)));
}

/**
 * The exponential RNN: h⁺ = modReLU(exp(K − Kᵀ)ᵀ h + U x), K strictly upper triangular, so that the recurrent matrix is
 * orthogonal and every rotation can be reached. Lezcano-Casado & Martínez-Rubio, *Cheap Orthogonal Constraints in Neural
 * Networks*, ICML 2019. No input bias; K is held as its N(N−1)/2 entries, row by row, and starts as N/2 plane rotations by
 * uniform angles in ±π (Henaff, Szlam & LeCun, ICML 2016), U as N(0, 2/I), b uniform ±0.01, as in the authors' code.
 * They train K at a tenth of the learning rate of the rest.
 */
export function exponentialCell() {
  return defineCell({
    name: 'exponential',
    state: ({ units }) => ({ h: units }),
    parameters: ({ units, inputs }) => {
      if (units < 2) throw new InputError(`model exponential turns in planes and needs 2 units or more, got ${units}`);
      return {
        K: { shape: [(units * (units - 1)) / 2], initial: { kind: 'rotations', units, angle: Math.PI } },
        U: { shape: [units, inputs], initial: normal(Math.sqrt(2 / inputs)) },
        b: { shape: [units], initial: uniform(0.01) },
      };
    },
    step: ({ state: { h }, input, parameters: { K, U, b } }) => {
      const upper = upperTriangle(K);
      const rotation = transpose(matrixExponential(subtract(upper, transpose(upper))));
      return { h: modRelu(add(matmul(rotation, h), matmul(U, input)), b) };
    },
  });
}
