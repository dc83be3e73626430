import { constantLike, jvp, multiply, type Node, subtract } from '../graph/index.js';
import { columnOf, type Motion } from '../noise/index.js';
import { diagonalDerivative } from './diagonal-derivative.js';
import { type Components, mapComponents, type System } from './solver.js';

/**
 * The drift of the Stratonovich equation that has the same solutions as the Itô one: f − ½ ε² Σ_b (Dg_b) g_b over the
 * Brownian motions b. For a scalar channel that is one directional derivative. For a diagonal channel motion i moves
 * unit i alone, so the sum is g_i ∂g_i/∂h_i: only the diagonal of the Jacobian is needed.
 */
export function itoCorrection(state: Components, drift: Components, system: System): Components {
  if (system.scale === 0) return drift;
  const motions = system.motions(state, drift);
  if (motions.length === 0) return drift;
  const { noisy } = system;
  const half = multiply(0.5, multiply(system.scale, system.scale));
  return mapComponents(drift, (own, name) => {
    if (!noisy.includes(name)) return own;
    let corrected = own;
    for (const motion of motions)
      for (const term of correctionsOf(motion, name, state)) corrected = subtract(corrected, multiply(half, term));
    return corrected;
  });
}

/** (Dg_b) g_b of one component, for the Brownian motions of one source: together, or one after another for a matrix. */
function correctionsOf({ kind, count, terms }: Motion, name: string, state: Components): Node[] {
  const own = terms[name];
  if (own === undefined) return [];
  if (kind === 'diagonal') return [diagonalTerm(own.amplitude!, state[name]!)];
  // A matrix alone does not depend on the state.
  if (own.amplitude === undefined) return [];
  return Array.from({ length: count }, (_, index) => {
    const columns = Object.entries(terms).map(([component, term]) => [component, columnOf(term, index)] as const);
    return directional(Object.fromEntries(columns), name, state);
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
