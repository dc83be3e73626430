import { add, broadcast, input, jvp, multiply, type Node, square, subtract, topological } from '../graph/index.js';
import type { Channel, DiffusionScheme } from '../noise/index.js';
import {
  addNoise,
  addScaled,
  amplitudesAt,
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
    const { noise, noisyUnits } = model;
    if (refusal !== null || noise.kind !== 'diffusion') return refusal;
    return commutes(noise, noisyUnits)
      ? null
      : `the noise of ${noise.name} does not commute (its amplitude for one unit depends on other units or on another ` +
          'channel), so the step would need iterated integrals; use --solver euler or heun, or noise that does not follow the drift';
  },
  step: (state, system) => {
    const drift = system.drift(state);
    const amplitudes = amplitudesAt(state, drift, system);
    const moved = addNoise(addScaled(state, system.stepSize, drift), system, amplitudes);
    return amplitudes.reduce((total, own, index) => addCorrection(total, state, own, index, system), moved);
  },
};

function commutes(noise: DiffusionScheme, noisyUnits: number | undefined): boolean {
  if (noise.additive || noise.channels.length === 0 || noise.scale === 0) return true;
  const [only] = noise.channels;
  return (
    noise.channels.length === 1 &&
    only !== undefined &&
    (only.kind === 'scalar' || noisyUnits === 1 || followsItsUnit(only))
  );
}

/** Whether a diagonal amplitude is elementwise in the state and does not follow the drift, which couples units. */
function followsItsUnit(channel: Channel): boolean {
  const drift = input('carry', 'drift', [2]);
  const nodes = topological([channel.amplitude(input('carry', 'h', [2]), drift)]);
  const elementwise = new Set(['input', 'constant', 'elementwise', 'broadcastRows', 'broadcast']);
  return !nodes.includes(drift) && nodes.every((node) => elementwise.has(node.op));
}

/** Along the motion of one channel, taken as √δ g so that units with steps of their own are covered too. */
function addCorrection(
  total: Components,
  state: Components,
  amplitudes: Components,
  index: number,
  system: System,
): Components {
  const motion = new Map<Node, Node>();
  for (const name of system.noisy) motion.set(state[name]!, multiply(system.rootStep[name]!, amplitudes[name]!));
  const slopes = jvp(
    system.noisy.map((name) => amplitudes[name]!),
    (node) => motion.get(node),
  );
  return mapComponents(total, (node, name) => {
    // An elementwise amplitude has a diagonal derivative: the directional derivative is g_i ∂g_i/∂h_i itself.
    const slope = slopes[system.noisy.indexOf(name)];
    if (slope === undefined) return node;
    const normal = system.normals(index)[name]!;
    const wide = normal.shape[0] === 1 ? broadcast(normal, node.shape) : normal;
    const variance = multiply(system.scale, system.scale);
    const half = multiply(multiply(0.5, variance), multiply(system.rootStep[name]!, slope));
    return add(node, multiply(half, subtract(square(wide), 1)));
  });
}
