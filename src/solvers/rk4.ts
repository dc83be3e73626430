import { add, multiply } from '../graph/index.js';
import { noiseProperties } from '../noise/index.js';
import { addScaled, mapComponents, type Solver } from './solver.js';

/** The classical fourth-order Runge–Kutta method, for noise-free models. */
export const rk4: Solver = {
  name: 'rk4',
  calculus: 'none',
  strongOrder: null,
  weakOrder: null,
  refusal: ({ discrete, noise, situation }) => {
    if (discrete) return 'the cell is a discrete step, not a drift; use --solver euler';
    const noisy = noiseProperties(noise, situation).draws;
    return noisy ? `it has no noise term, and the scheme is ${noise.name}; use euler or heun, or --noise none` : null;
  },
  step: (state, { drift, stepSize }) => {
    const half = mapComponents(stepSize, (step) => multiply(0.5, step));
    const k1 = drift(state);
    const k2 = drift(addScaled(state, half, k1));
    const k3 = drift(addScaled(state, half, k2));
    const k4 = drift(addScaled(state, stepSize, k3));
    const mean = mapComponents(k1, (_, name) =>
      multiply(1 / 6, add(add(k1[name]!, k4[name]!), multiply(2, add(k2[name]!, k3[name]!)))),
    );
    return addScaled(state, stepSize, mean);
  },
};
