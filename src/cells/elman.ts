import { add, matmul, tanh } from '../graph/index.js';
import { defineCell, fanIn, orthogonal } from './cell.js';

/** The simple recurrent network, h⁺ = tanh(W h + U x + b). Elman, *Finding Structure in Time*, Cognitive Science 1990. */
export function elmanCell() {
  return defineCell({
    name: 'elman',
    state: ({ units }) => ({ h: units }),
    parameters: ({ units, inputs }) => ({
      W: { shape: [units, units], initial: orthogonal },
      U: { shape: [units, inputs], initial: fanIn(inputs) },
      b: { shape: [units], initial: fanIn(units) },
    }),
    step: ({ state: { h }, input, parameters: { W, U, b }, preactivation }) => ({
      h: tanh(preactivation(add(add(matmul(W, h), matmul(U, input)), b))),
    }),
    range: { h: [-1, 1] },
  });
}
