import { add, matmul, multiply, type Node, sigmoid, tanh } from '../graph/index.js';
import { defineCell } from './cell.js';
import { gate } from './gru.js';

/**
 * Long short-term memory with a forget gate: c⁺ = f ⊙ c + i ⊙ g, h⁺ = o ⊙ tanh(c⁺); the readout reads h.
 * Hochreiter & Schmidhuber 1997; Gers et al. 2000; the equations of `torch.nn.LSTMCell` (with its two biases as one).
 */
export function lstmCell() {
  return defineCell({
    name: 'lstm',
    state: ({ units }) => ({ h: units, c: units }),
    parameters: (sizes) => ({ ...gate('i', sizes), ...gate('f', sizes), ...gate('g', sizes), ...gate('o', sizes) }),
    step: ({ state: { h, c }, input, parameters: p, preactivation }) => {
      const drive = (W: Node, U: Node, b: Node) => preactivation(add(add(matmul(W, h), matmul(U, input)), b));
      const enter = sigmoid(drive(p.W_i, p.U_i, p.b_i));
      const forget = sigmoid(drive(p.W_f, p.U_f, p.b_f));
      const candidate = tanh(drive(p.W_g, p.U_g, p.b_g));
      const leave = sigmoid(drive(p.W_o, p.U_o, p.b_o));
      const memory = add(multiply(forget, c), multiply(enter, candidate));
      return { c: memory, h: multiply(leave, tanh(memory)) };
    },
    readout: ['h'],
    range: { h: [-1, 1] },
  });
}
