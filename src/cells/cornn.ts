import { add, matmul, multiply, subtract, tanh } from '../graph/index.js';
import { defineCell, uniform } from './cell.js';

export interface CoupledOscillatoryOptions {
  /** δ, the step of the cell's own scheme. */
  readonly delta: number;
  /** γ, the squared frequency of the uncoupled oscillators. */
  readonly gamma: number;
  /** κ, their damping (ε in the paper). */
  readonly kappa: number;
}

/**
 * The coupled oscillatory RNN, a second-order system y' = v, v' = tanh(W y + R v + U x + b) − γ y − κ v stepped first in
 * v, then in y with the new v: v⁺ = v + δ v'(y, v, x), y⁺ = y + δ v⁺. The readout reads y. Rusch & Mishra, *Coupled
 * Oscillatory Recurrent Neural Network (coRNN)*, ICLR 2021, eqs. 1 and 3, all terms of v' explicit as in their code,
 * whose one linear layer over (x, v, y) starts uniform ±1/√(I + 2N).
 *
 * The step is discrete: δ belongs to the cell, and a noise scheme sees steps of one. Noise acts on v alone: y' = v says
 * what v is, so the SDE is dy = v dt, dv = (…) dt + g dB, a random force; noise on y would be a velocity that v does not
 * have. A draw thus reaches y, and the readout, one step later, and that of the last step does not reach it at all.
 */
export function coupledOscillatoryCell({ delta, gamma, kappa }: CoupledOscillatoryOptions) {
  return defineCell({
    name: 'cornn',
    state: ({ units }) => ({ y: units, v: units }),
    parameters: ({ units, inputs }) => {
      const initial = uniform(1 / Math.sqrt(inputs + 2 * units));
      return {
        W: { shape: [units, units], initial },
        R: { shape: [units, units], initial },
        U: { shape: [units, inputs], initial },
        b: { shape: [units], initial },
      };
    },
    step: ({ state: { y, v }, input, parameters: { W, R, U, b }, preactivation }) => {
      const inner = add(add(add(matmul(W, y), matmul(R, v)), matmul(U, input)), b);
      const drive = tanh(preactivation(inner));
      const force = subtract(subtract(drive, multiply(gamma, y)), multiply(kappa, v));
      const velocity = add(v, multiply(delta, force));
      return { v: velocity, y: add(y, multiply(delta, velocity)) };
    },
    noisy: ['v'],
    readout: ['y'],
  });
}
