import { constantLike, jvp, multiply, type Node, subtract } from '../graph/index.js';
import { diagonalDerivative } from './diagonal-derivative.js';
import { type Components, mapComponents, type System } from './solver.js';

/**
 * The drift of the Stratonovich equation that has the same solutions as the Itô one: f − ½ ε² Σ_b (Dg_b) g_b over the
 * Brownian motions b. For a scalar channel that is one directional derivative. For a diagonal channel motion i moves
 * unit i alone, so the sum is g_i ∂g_i/∂h_i: only the diagonal of the Jacobian is needed.
 */
export function itoCorrection(state: Components, drift: Components, system: System): Components {
  if (system.channels.length === 0 || system.scale === 0) return drift;
  const { noisy } = system;
  const amplitudes = system.channels.map((channel) => ({
    kind: channel.kind,
    of: Object.fromEntries(noisy.map((name) => [name, channel.amplitude(state[name]!, drift[name]!)])),
  }));
  const half = multiply(0.5, multiply(system.scale, system.scale));
  return mapComponents(drift, (own, name) => {
    if (!noisy.includes(name)) return own;
    let corrected = own;
    for (const { kind, of } of amplitudes) {
      const term = kind === 'scalar' ? directional(of, name, state) : diagonalTerm(of[name]!, state[name]!);
      corrected = subtract(corrected, multiply(half, term));
    }
    return corrected;
  });
}

function directional(amplitudes: Components, name: string, state: Components): Node {
  const moving = new Map(Object.entries(amplitudes).map(([component, g]) => [state[component]!, g]));
  const g = amplitudes[name]!;
  return jvp([g], (node) => moving.get(node))[0] ?? constantLike(g, 0);
}

function diagonalTerm(amplitude: Node, state: Node): Node {
  const slope = diagonalDerivative(amplitude, state);
  return slope === undefined ? constantLike(amplitude, 0) : multiply(amplitude, slope);
}
