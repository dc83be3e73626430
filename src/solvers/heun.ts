import { add, multiply } from '../graph/index.js';
import { itoCorrection } from './ito-correction.js';
import {
  addNoise,
  addScaled,
  amplitudesAt,
  type Components,
  mapComponents,
  refusalWithoutDiffusion,
  type Solver,
} from './solver.js';

/**
 * Stochastic Heun: predictor and corrector in drift and diffusion alike. It converges to the Stratonovich equation, so
 * an Itô model is given the drift f − ½ ε² Σ (Dg_c) g_c. Kloeden & Platen 1992, §15.5; Rößler 2010.
 */
export const heun: Solver = {
  name: 'heun',
  calculus: 'stratonovich',
  strongOrder: { additive: 1, multiplicative: 1 },
  weakOrder: 1,
  refusal: refusalWithoutDiffusion,
  step: (state, system) => {
    const correct = (at: Components) => {
      const drift = system.drift(at);
      return { drift: itoCorrection(at, drift, system), amplitudes: amplitudesAt(at, drift, system) };
    };
    const here = correct(state);
    const there = correct(addNoise(addScaled(state, system.stepSize, here.drift), system, here.amplitudes));
    const halves = (a: Components, b: Components) =>
      mapComponents(a, (node, name) => multiply(0.5, add(node, b[name]!)));
    const moved = addScaled(state, system.stepSize, halves(here.drift, there.drift));
    const amplitudes = here.amplitudes.map((own, index) => halves(own, there.amplitudes[index]!));
    return addNoise(moved, system, amplitudes);
  },
};
