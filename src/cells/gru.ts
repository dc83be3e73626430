import { add, matmul, multiply, type Node, sigmoid, subtract, tanh } from '../graph/index.js';
import { defineCell, fanIn, type ParameterSpec, type Sizes } from './cell.js';

/**
 * The gated recurrent unit as PyTorch has it (reset gate applied to W_n h + c_n):
 * r = σ(·), z = σ(·), n = tanh(U_n x + b_n + r ⊙ (W_n h + c_n)), h⁺ = (1 − z) ⊙ n + z ⊙ h.
 * Cho et al., EMNLP 2014, in the variant of `torch.nn.GRUCell`.
 */
export function gruCell() {
  return defineCell({
    name: 'gru',
    state: ({ units }) => ({ h: units }),
    parameters: (sizes) => ({
      ...gate('r', sizes),
      ...gate('z', sizes),
      ...gate('n', sizes),
      c_n: { shape: [sizes.units], initial: fanIn(sizes.units) },
    }),
    step: ({ state: { h }, input, parameters: p, preactivation }) => {
      const driven = (U: Node, b: Node) => add(matmul(U, input), b);
      const reset = sigmoid(preactivation(add(matmul(p.W_r, h), driven(p.U_r, p.b_r))));
      const keep = sigmoid(preactivation(add(matmul(p.W_z, h), driven(p.U_z, p.b_z))));
      const inner = add(driven(p.U_n, p.b_n), multiply(reset, add(matmul(p.W_n, h), p.c_n)));
      const candidate = tanh(preactivation(inner));
      return { h: add(candidate, multiply(keep, subtract(h, candidate))) };
    },
    range: { h: [-1, 1] },
  });
}

/** Weights of one gate, initialised as PyTorch does: uniform ±1/√units. */
export function gate<G extends string>(name: G, { units, inputs }: Sizes): Record<GateParameter<G>, ParameterSpec> {
  const initial = fanIn(units);
  const weights: Record<string, ParameterSpec> = {
    [`W_${name}`]: { shape: [units, units], initial },
    [`U_${name}`]: { shape: [units, inputs], initial },
    [`b_${name}`]: { shape: [units], initial },
  };
  return weights as Record<GateParameter<G>, ParameterSpec>;
}

type GateParameter<G extends string> = `${'W' | 'U' | 'b'}_${G}`;
