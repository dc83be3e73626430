/** What the rest of the library asks of a noise scheme, read off its own expressions. */
import type { ParameterSpec } from '../cells/index.js';
import { input, isConstant, jvp, type Node, noise as noiseLeaf, shared, topological } from './leaves.js';
import { type Motion, motionsOf } from './motions.js';
import type { NoiseContext, NoiseScheme, UpdateScheme } from './scheme.js';

/** The layer that the noise is for. */
export interface NoiseSituation {
  /** Widths by component. */
  readonly state: Readonly<Record<string, number>>;
  readonly noisy: readonly string[];
  readonly inputs: number;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly exogenous?: readonly string[];
}

export interface NoiseProperties {
  /** Whether anything is drawn at all: not where every amplitude, or ε, is zero. */
  readonly draws: boolean;
  /** The amplitudes do not depend on state or drift. */
  readonly additive: boolean;
  /** The step of Euler's method is affine in the draws. */
  readonly affine: boolean;
  /** (Dg_a) g_b = (Dg_b) g_a for every pair of Brownian motions, so that Milstein's method needs no iterated integrals. */
  readonly commutes: boolean;
  readonly centred: boolean;
  readonly symmetric: boolean;
  readonly finiteVariance: boolean;
}

/** One component of two units: enough for schemes that treat every unit alike. */
export const plainSituation: NoiseSituation = { state: { h: 2 }, noisy: ['h'], inputs: 1, parameters: {} };

export function noiseProperties(scheme: NoiseScheme, situation = plainSituation): NoiseProperties {
  const { centred, symmetric, finiteVariance = true, scale } = scheme;
  const declared = { centred, symmetric, finiteVariance };
  if (scheme.kind === 'inside')
    return { ...declared, draws: scale * scheme.amplitude !== 0, additive: false, affine: false, commutes: false };
  const context = contextOf(situation);
  if (scheme.kind === 'update') return { ...declared, ...ofUpdate(scheme, context, situation) };
  const motions = motionsOf(scheme, context).filter(acts);
  const draws = scale !== 0 && motions.length > 0;
  const additive = !motions.some((motion) => amplitudesOf(motion).some((node) => dependsOn(node, movingOf(context))));
  return {
    ...declared,
    draws,
    additive,
    affine: true,
    commutes: !draws || additive || (motions.length === 1 && commutesAlone(motions[0]!, context, situation)),
  };
}

/** Leaves for everything that a scheme reads. */
export function contextOf({ state, noisy, inputs, parameters, exogenous = [] }: NoiseSituation): NoiseContext {
  const leaves = (prefix: string) =>
    Object.fromEntries(
      Object.entries(state).map(([name, width]) => [name, input('carry', `${prefix}.${name}`, [width])]),
    );
  const specs = Object.entries(parameters).map(([name, { shape }]) => [name, shared(`parameters.${name}`, shape)]);
  return {
    ...{ state: leaves('state'), drift: leaves('drift'), noisy },
    input: input('sequence', 'input', [inputs]),
    time: input('carry', 'time', [1]),
    exogenous: Object.fromEntries(exogenous.map((name) => [name, input('sequence', `exogenous.${name}`, [1])])),
    parameters: Object.fromEntries(specs),
  };
}

const amplitudesOf = ({ terms }: Motion): Node[] =>
  Object.values(terms).flatMap(({ amplitude }) => (amplitude === undefined ? [] : [amplitude]));

/** Whether a source moves anything. */
function acts({ terms }: Motion): boolean {
  return Object.values(terms).some(
    ({ amplitude, matrix }) =>
      !(amplitude !== undefined && isConstant(amplitude, 0)) && !(matrix !== undefined && isConstant(matrix, 0)),
  );
}

const movingOf = ({ state, drift }: NoiseContext) => new Set([...Object.values(state), ...Object.values(drift)]);

function dependsOn(node: Node, leaves: ReadonlySet<Node>): boolean {
  return topological([node]).some((own) => leaves.has(own));
}

function commutesAlone(motion: Motion, context: NoiseContext, { state, noisy }: NoiseSituation): boolean {
  if (motion.kind === 'scalar' || (motion.kind === 'matrix' && motion.count === 1)) return true;
  const units = noisy.reduce((sum, name) => sum + state[name]!, 0);
  if (units === 1 && motion.count === 1) return true;
  if (motion.kind === 'matrix') return false;
  return Object.entries(motion.terms).every(([name, { amplitude }]) => followsItsUnit(amplitude!, name, context));
}

/** Whether a diagonal amplitude is elementwise in its own component and does not follow the drift, which couples units. */
function followsItsUnit(amplitude: Node, component: string, context: NoiseContext): boolean {
  const own = context.state[component]!;
  const others = movingOf(context);
  others.delete(own);
  const moving = new Set<Node>();
  for (const node of topological([amplitude])) {
    if (others.has(node)) return false;
    if (node === own) moving.add(node);
    if (!node.args.some((arg) => moving.has(arg))) continue;
    if (node.op !== 'elementwise') return false;
    moving.add(node);
  }
  return true;
}

function ofUpdate(scheme: UpdateScheme, context: NoiseContext, { state }: NoiseSituation) {
  const sizes = (name: string) =>
    Object.fromEntries(Object.keys(state).map((own) => [own, input('carry', `${name}.${own}`, [1])]));
  let source = 0;
  const draws: Node[] = [];
  const drawn = (node: Node) => {
    draws.push(node);
    return node;
  };
  const next = scheme.next({
    ...{ ...context, stepSize: sizes('stepSize'), rootStep: sizes('rootStep'), scale: scheme.scale },
    drawUnits: (component, own, distribution, rate) => drawn(noiseLeaf(distribution, own, state[component]!, rate)),
    draw: (distribution, width, rate) => drawn(noiseLeaf(distribution, 1000 + source++, width, rate)),
  });
  const outputs = Object.values(next).filter((node): node is Node => typeof node !== 'number');
  const isDraw = (node: Node) => node.op === 'noise';
  const tangents = jvp(outputs, (node) => (isDraw(node) ? input('carry', `draw.${node.id}`, node.shape) : undefined));
  const moving = tangents.filter((node) => node !== undefined);
  return {
    draws: moving.length > 0,
    additive: false,
    affine: !topological(moving).some(isDraw),
    commutes: false,
  };
}
