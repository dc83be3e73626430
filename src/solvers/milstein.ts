import { add, broadcast, jvp, multiply, type Node, square, subtract } from '../graph/index.js';
import { columnOf, type Motion, noiseProperties } from '../noise/index.js';
import {
  addNoise,
  addScaled,
  type Components,
  mapComponents,
  refusalWithoutDiffusion,
  type Solver,
  type System,
} from './solver.js';

/**
 * Milstein's method: Euler–Maruyama plus ½ ε² δ (Dg)g (ξ² − 1), strong order 1. It needs no iterated integrals where the
 * noise commutes, (Dg_a)g_b = (Dg_b)g_a for every pair of Brownian motions: additive noise, one scalar channel, or one
 * diagonal channel whose amplitude for a unit depends on that unit alone, as it must where one unit alone receives noise.
 * Milstein 1975; Kloeden & Platen 1992, §10.3.
 */
export const milstein: Solver = {
  name: 'milstein',
  calculus: 'ito',
  strongOrder: { additive: 1, multiplicative: 1 },
  weakOrder: 1,
  refusal: (model) => {
    const refusal = refusalWithoutDiffusion(model);
    const { noise, situation } = model;
    if (refusal !== null || noise.kind !== 'diffusion') return refusal;
    return noiseProperties(noise, situation).commutes
      ? null
      : `the noise of ${noise.name} does not commute (its amplitude for one unit depends on other units or on another ` +
          'channel), so the step would need iterated integrals; use --solver euler or heun, or noise that does not follow the drift';
  },
  step: (state, system) => {
    const drift = system.drift(state);
    const motions = system.motions(state, drift);
    const moved = addNoise(addScaled(state, system.stepSize, drift), system, motions);
    return motions.reduce((total, own, index) => addCorrection(total, state, own, index, system), moved);
  },
};

/** Along the motion of one channel, taken as √δ g so that units with steps of their own are covered too. */
function addCorrection(
  total: Components,
  state: Components,
  source: Motion,
  index: number,
  system: System,
): Components {
  // What moves several motions at once does not depend on the state here: it would not commute.
  if (source.count > 1) return total;
  const names = system.noisy.filter((name) => source.terms[name] !== undefined);
  const amplitudes = Object.fromEntries(names.map((name) => [name, columnOf(source.terms[name]!, 0)]));
  const motion = new Map<Node, Node>();
  for (const name of names) motion.set(state[name]!, multiply(system.rootStep[name]!, amplitudes[name]!));
  const slopes = jvp(
    names.map((name) => amplitudes[name]!),
    (node) => motion.get(node),
  );
  return mapComponents(total, (node, name) => {
    // An elementwise amplitude has a diagonal derivative: the directional derivative is g_i ∂g_i/∂h_i itself.
    const slope = slopes[names.indexOf(name)];
    if (slope === undefined) return node;
    const normal = system.normals(index, source)[name]!;
    const wide = normal.shape[0] === 1 ? broadcast(normal, node.shape) : normal;
    const variance = multiply(system.scale, system.scale);
    const half = multiply(multiply(0.5, variance), multiply(system.rootStep[name]!, slope));
    return add(node, multiply(half, subtract(square(wide), 1)));
  });
}
