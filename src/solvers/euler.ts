import { addNoise, addScaled, type Solver } from './solver.js';

/** Euler–Maruyama: h⁺ = h + δ f + ε √δ Σ g_c ξ_c. Maruyama 1955; Kloeden & Platen 1992, §10.2. */
export const euler: Solver = {
  name: 'euler',
  calculus: 'ito',
  strongOrder: { additive: 1, multiplicative: 0.5 },
  weakOrder: 1,
  refusal: () => null,
  step: (state, system) => {
    const drift = system.drift(state);
    return addNoise(addScaled(state, system.stepSize, drift), system, system.motions(state, drift));
  },
};
