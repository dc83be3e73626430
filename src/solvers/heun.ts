import { add, multiply, type Node } from '../graph/index.js';
import type { Motion } from '../noise/index.js';
import { itoCorrection } from './ito-correction.js';
import { addNoise, addScaled, type Components, mapComponents, refusalWithoutDiffusion, type Solver } from './solver.js';

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
      return { drift: itoCorrection(at, drift, system), motions: system.motions(at, drift) };
    };
    const here = correct(state);
    const there = correct(addNoise(addScaled(state, system.stepSize, here.drift), system, here.motions));
    const half = (a: Node, b: Node) => multiply(0.5, add(a, b));
    const halves = (a: Components, b: Components) => mapComponents(a, (node, name) => half(node, b[name]!));
    /** Matrices hold parameters alone: they are the same at both ends. */
    const between = (a: Motion, b: Motion): Motion => {
      const terms = Object.entries(a.terms).map(([name, { amplitude, matrix }]) => [
        name,
        { amplitude: amplitude && half(amplitude, b.terms[name]!.amplitude!), matrix },
      ]);
      return { ...a, terms: Object.fromEntries(terms) };
    };
    const moved = addScaled(state, system.stepSize, halves(here.drift, there.drift));
    return addNoise(
      moved,
      system,
      here.motions.map((own, index) => between(own, there.motions[index]!)),
    );
  },
};
