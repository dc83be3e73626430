/**
 * What a solver is: one time step as an expression, from a drift, noise channels and a step size. Each solver declares
 * the calculus whose equation it converges to and what it cannot do; a mismatch is refused when the model is built.
 */
import { add, broadcast, type Expression, multiply, type Node } from '../graph/index.js';
import { type Motion, moved, type NoiseScheme, type NoiseSituation } from '../noise/index.js';

/** The state, or anything shaped like it: a row vector for each named component. */
export type Components = Readonly<Record<string, Node>>;

export interface System {
  readonly drift: (state: Components) => Components;
  /** Sources of noise with their amplitudes at a state and its drift; always the same sources. None without noise. */
  readonly motions: (state: Components, drift: Components) => readonly Motion[];
  /** Components that receive noise. */
  readonly noisy: readonly string[];
  /** δ for each component: one entry, or one a unit. */
  readonly stepSize: Components;
  /** √δ likewise. */
  readonly rootStep: Components;
  /** ε: a number, or a shared value [1] where it changes from run to run. */
  readonly scale: Expression;
  /**
   * Standard normals of a source for each component that it moves: [units] of a diagonal one; of the others [count], the same
   * for every component.
   */
  readonly normals: (source: number, motion: Motion) => Components;
}

/** What a solver is chosen for. */
export interface SolvedModel {
  readonly discrete: boolean;
  readonly noise: NoiseScheme;
  /** The layer that the noise is for; a plain one unless given. */
  readonly situation?: NoiseSituation;
}

export interface Solver {
  readonly name: string;
  readonly calculus: 'ito' | 'stratonovich' | 'none';
  /** Strong order with noise of the kind named, and weak order; as the convergence tests measure them. */
  readonly strongOrder: { readonly additive: number; readonly multiplicative: number } | null;
  readonly weakOrder: number | null;
  /** Why this solver cannot serve a model of this kind, or null. */
  readonly refusal: (model: SolvedModel) => string | null;
  readonly step: (state: Components, system: System) => Components;
}

/** Why a solver that evaluates drift and diffusion more than once a step cannot serve a model, or null. */
export function refusalWithoutDiffusion({ discrete, noise }: SolvedModel): string | null {
  if (discrete) return 'the cell is a discrete step, not a drift; use --solver euler';
  if (noise.kind === 'inside')
    return `the scheme ${noise.name} acts inside the cell's nonlinearity and has no diffusion to integrate; use --solver euler`;
  if (noise.kind === 'update')
    return `the scheme ${noise.name} defines a whole Euler step and has no diffusion to integrate; use --solver euler`;
  return null;
}

export function mapComponents(of: Components, map: (node: Node, name: string) => Expression): Components {
  return Object.fromEntries(
    Object.entries(of).map(([name, node]) => {
      const value = map(node, name);
      return [name, typeof value === 'number' ? multiply(value, node) : value];
    }),
  );
}

/** a + c·b component by component; c is a number or a step size. */
export function addScaled(a: Components, c: number | Components, b: Components): Components {
  return mapComponents(a, (node, name) => {
    const factor = typeof c === 'number' ? c : c[name]!;
    return add(node, multiply(factor, b[name]!));
  });
}

/** Adds ε √δ Σ_c g_c ξ_c to the noisy components. */
export function addNoise(state: Components, system: System, motions: readonly Motion[]): Components {
  return mapComponents(state, (node, name) => {
    if (!system.noisy.includes(name)) return node;
    let total = node;
    for (const [index, motion] of motions.entries()) {
      const term = motion.terms[name];
      if (term === undefined) continue;
      const drawn = system.normals(index, motion)[name]!;
      const normal = term.matrix === undefined ? broadcast1(drawn, node) : drawn;
      const increment = multiply(multiply(system.scale, system.rootStep[name]!), moved(term, normal));
      total = add(total, increment);
    }
    return total;
  });
}

function broadcast1(value: Node, like: Node): Node {
  return value.shape[0] === 1 ? broadcast(value, like.shape) : value;
}
