/** One step of a layer's state, noise-free or noisy: by its solver, by the noise scheme's own update, or as the cell says. */
import type { ParameterSpec } from '../cells/index.js';
import { type Expression, multiply, type Node, noise as noiseLeaf, slice, subtract } from '../graph/index.js';
import {
  type Motion,
  motionsOf,
  type NoiseContext,
  type NoiseScheme,
  type NoiseSituation,
  noiseProperties,
  toRow,
} from '../noise/index.js';
import { streamOf } from '../random/index.js';
import type { Components, System } from '../solvers/index.js';
import { clockKey } from './clock.js';
import type { LayerSpec } from './layer-spec.js';

export interface Advance {
  readonly spec: LayerSpec;
  /** The number under which the layer draws noise. */
  readonly noiseLayer: number;
  readonly situation: NoiseSituation;
  readonly current: Components;
  readonly sizes: { readonly stepSize: Components; readonly rootStep: Components };
  readonly noisy: boolean;
  readonly noiseScale: Expression;
  /** What a noise scheme reads beside state, drift and time. */
  readonly given: Pick<NoiseContext, 'input' | 'exogenous' | 'parameters'>;
  readonly evaluate: (state: Components) => Components;
}

/** Components that the noise of a layer acts on, and all else that its properties depend on. */
export function situationOf(
  { cell, noise, units }: LayerSpec,
  state: Readonly<Record<string, number>>,
  inputs: number,
  exogenous: readonly string[],
): NoiseSituation {
  const parameters: Readonly<Record<string, ParameterSpec>> = noise.parameters?.({ units, inputs }) ?? {};
  return { state, noisy: cell.noisy ?? Object.keys(state), inputs, parameters, exogenous };
}

export function advance(layer: Advance): Components {
  const { spec, current, evaluate, sizes, situation } = layer;
  const { cell, noise, solver } = spec;
  const discrete = cell.step !== undefined;
  const { noisy } = situation;
  if (layer.noisy && noise.kind === 'update') return update(layer, noise);
  const diffuses = layer.noisy && noise.kind === 'diffusion' && noiseProperties(noise, situation).draws;
  // Without noise a discrete cell is its own step, with no rounding from h + (h⁺ − h).
  if (discrete && !diffuses) return evaluate(current);
  const drift = discrete ? (at: Components) => minus(evaluate(at), at) : evaluate;
  const system: System = {
    ...{ drift, noisy, ...sizes, scale: scaleOf(layer) },
    motions: (at, of) => (diffuses ? motionsOf(noise, contextOf(layer, at, of)) : []),
    normals: (source, motion) => normals(source, motion, layer),
  };
  return solver.step(current, system);
}

function contextOf({ situation, given }: Advance, at: Components, of: Components): NoiseContext {
  const { [clockKey]: time, ...state } = at;
  const { [clockKey]: _, ...drift } = of;
  return { state, drift, noisy: situation.noisy, time: time ?? toRow(0, 1, 'time'), ...given };
}

function update(layer: Advance, noise: NoiseScheme & { readonly kind: 'update' }): Components {
  const { current, evaluate, spec, sizes, noiseLayer } = layer;
  const { state: widths, noisy } = layer.situation;
  const values = evaluate(current);
  const drift = spec.cell.step === undefined ? values : minus(values, current);
  const total = totalOf(layer);
  let fresh = 0;
  const next = noise.next({
    ...{ ...contextOf(layer, current, drift), ...sizes, scale: scaleOf(layer) },
    drawUnits: (component, source, distribution, rate) => {
      const start = startOf(layer, component);
      return slice(noiseLeaf(distribution, streamOf(noiseLayer, source), total, rate), start, widths[component]!);
    },
    draw: (distribution, width, rate) => noiseLeaf(distribution, streamOf(noiseLayer, fresh++), width, rate),
  });
  return Object.fromEntries(
    Object.entries(current).map(([name, h]) => {
      const own = noisy.includes(name) ? next[name] : undefined;
      if (own !== undefined) return [name, toRow(own, widths[name]!, `noise ${noise.name}: component ${name}`)];
      return [name, spec.solver.step({ [name]: h }, noiseFree(name, drift[name]!, layer))[name]!];
    }),
  );
}

/** ε: a number unless it is scaled from outside. */
function scaleOf({ spec, noiseScale }: Advance): Expression {
  const { scale } = spec.noise;
  return noiseScale === 1 ? scale : multiply(scale, noiseScale);
}

/** A component outside the noise takes the plain step. */
function noiseFree(name: string, drift: Node, { sizes }: Advance): System {
  return {
    ...{ drift: () => ({ [name]: drift }), noisy: [], ...sizes, scale: 0 },
    motions: () => [],
    normals: () => ({}),
  };
}

const totalOf = ({ situation: { noisy, state } }: Advance): number =>
  noisy.reduce((sum, name) => sum + state[name]!, 0);

/** Where a component's units begin among all that receive noise. */
function startOf({ situation: { noisy, state } }: Advance, component: string): number {
  return noisy.slice(0, noisy.indexOf(component)).reduce((sum, name) => sum + state[name]!, 0);
}

function normals(source: number, { kind, count }: Motion, layer: Advance): Components {
  const { noisy, state } = layer.situation;
  const leaf = noiseLeaf('normal', streamOf(layer.noiseLayer, source), kind === 'diagonal' ? totalOf(layer) : count);
  return Object.fromEntries(
    noisy.map((name) => [name, kind === 'diagonal' ? slice(leaf, startOf(layer, name), state[name]!) : leaf]),
  );
}

function minus(a: Components, b: Components): Components {
  return Object.fromEntries(Object.entries(a).map(([name, node]) => [name, subtract(node, b[name]!)]));
}
