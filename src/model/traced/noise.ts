/** A noise scheme as data: its channels, or its update, as a graph for one layer. */
import type { ParameterSpec } from '../../cells/index.js';
import { InputError, located } from '../../errors.js';
import { type Distribution, input, type Node, readGraph, type TracedGraph, writeGraph } from '../../graph/index.js';
import {
  type Channel,
  contextOf,
  type DiffusionScheme,
  type NoiseContext,
  type NoiseSituation,
  toRow,
  type UpdateContext,
  type UpdateScheme,
} from '../../noise/index.js';

export interface TracedNoise {
  readonly kind: 'noise';
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly form: 'diffusion' | 'update';
  readonly state: Readonly<Record<string, number>>;
  readonly noisy: readonly string[];
  readonly exogenous: readonly string[];
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly centred: boolean;
  readonly symmetric: boolean;
  readonly finiteVariance: boolean;
  /** By component; places in the graph. */
  readonly channels: Readonly<
    Record<string, readonly { readonly kind: Channel['kind']; readonly amplitude?: number; readonly matrix?: number }[]>
  >;
  /** Of an update, in order: each is a leaf `draw.N`. */
  readonly draws: readonly { readonly distribution: Distribution; readonly width: number; readonly rate: number }[];
  readonly graph: TracedGraph;
}

type OwnScheme = DiffusionScheme | UpdateScheme;

/** @throws InputError for a scheme that reads or makes what cannot be kept. */
export function traceNoise(scheme: OwnScheme, units: number, situation: NoiseSituation): TracedNoise {
  const { state, noisy, inputs, parameters, exogenous = [] } = situation;
  const context = contextOf(situation);
  const leaves = leavesOf(context);
  const outputs: Record<string, Node> = {};
  const channels: Record<string, { kind: Channel['kind']; amplitude?: string; matrix?: string }[]> = {};
  const draws: TracedNoise['draws'][number][] = [];
  const keep = (name: string, node: Node): string => {
    outputs[name] = node;
    return name;
  };
  if (scheme.kind === 'diffusion')
    for (const [component, own] of Object.entries(scheme.channels(context)))
      channels[component] = own.map((channel, place) => {
        const name = `${component}.${place}`;
        const { kind, amplitude } = channel;
        const row = amplitude === undefined ? undefined : toRow(amplitude, state[component]!, `noise ${scheme.name}`);
        return {
          kind,
          ...(row && { amplitude: keep(`amplitude.${name}`, row) }),
          ...(channel.kind === 'matrix' && { matrix: keep(`matrix.${name}`, channel.matrix) }),
        };
      });
  else {
    const update = updateContext(context, state, (name, leaf) => leaves.set(leaf, name));
    const next = scheme.next({
      ...update,
      draw: (distribution, width, rate = 0) => {
        const leaf = input('carry', `draw.${draws.length}`, [width]);
        leaves.set(leaf, `draw.${draws.length}`);
        draws.push({ distribution, width, rate });
        return leaf;
      },
    });
    for (const [component, node] of Object.entries(next))
      keep(`next.${component}`, toRow(node, state[component]!, `noise ${scheme.name}`));
  }
  const graph = naming(scheme.name, () => writeGraph(outputs, leaves));
  const placed = Object.entries(channels).map(([component, own]) => [
    component,
    own.map(({ kind, amplitude, matrix }) => ({
      kind,
      ...(amplitude === undefined ? {} : { amplitude: graph.outputs[amplitude]! }),
      ...(matrix === undefined ? {} : { matrix: graph.outputs[matrix]! }),
    })),
  ]);
  return {
    ...{ kind: 'noise', name: scheme.name, units, inputs, form: scheme.kind, state, noisy: [...noisy] },
    ...{ exogenous: [...exogenous], parameters, centred: scheme.centred, symmetric: scheme.symmetric },
    ...{ finiteVariance: scheme.finiteVariance ?? true, channels: Object.fromEntries(placed), draws, graph },
  };
}

/**
 * The scheme that traces describe, which fits the layers that they were made for.
 * @throws InputError for a graph that is malformed or does not fit.
 */
export function tracedNoise(traces: readonly TracedNoise[]): OwnScheme & { readonly part: 'noise' } {
  const [first] = traces;
  if (first === undefined) throw new InputError('a noise scheme has no graph');
  const { name, centred, symmetric, finiteVariance } = first;
  for (const trace of traces) {
    const context = contextOf(trace);
    const update = updateContext(context, trace.state, () => {});
    const draw: UpdateContext['draw'] = (_, width) => input('carry', 'draw', [width]);
    naming(name, () => (trace.form === 'update' ? nextOf(trace, { ...update, draw }) : channelsOf(trace, context)));
  }
  const find = (context: NoiseContext): TracedNoise => {
    const found = traces.find(
      ({ state, inputs, parameters }) =>
        sameWidths(state, context.state) &&
        context.input.shape[0] === inputs &&
        Object.entries(parameters).every(([own, { shape }]) => context.parameters[own]?.shape.join() === shape.join()),
    );
    if (found !== undefined) return found;
    throw new InputError(
      `noise ${name} is not kept in the run for a layer of these sizes; hand the scheme itself over`,
    );
  };
  const common = {
    ...{ part: 'noise' as const, name, scale: 1, centred, symmetric, finiteVariance },
    parameters: ({ units, inputs }: { units: number; inputs: number }) => {
      const found = traces.find((trace) => trace.units === units && trace.inputs === inputs);
      if (found !== undefined) return found.parameters;
      throw new InputError(
        `noise ${name} is not kept in the run for ${units} units and ${inputs} inputs; hand it over`,
      );
    },
  };
  return first.form === 'diffusion'
    ? { ...common, kind: 'diffusion', channels: (context) => channelsOf(find(context), context) }
    : { ...common, kind: 'update', next: (context) => nextOf(find(context), rowsOf(context)) };
}

function channelsOf(trace: TracedNoise, context: NoiseContext): Record<string, Channel[]> {
  const wanted = Object.values(trace.channels).flatMap((own) =>
    own.flatMap(({ amplitude, matrix }) => [amplitude, matrix].filter((place) => place !== undefined)),
  );
  const graph = { ...trace.graph, outputs: Object.fromEntries(wanted.map((place) => [`${place}`, place])) };
  const nodes = readGraph(graph, (name) => leafOf(name, context));
  const at = (place: number) => nodes[`${place}`]!;
  const channelOf = ({ kind, amplitude, matrix }: TracedNoise['channels'][string][number]): Channel => {
    const own = amplitude === undefined ? undefined : at(amplitude);
    if (kind !== 'matrix') return { kind, amplitude: own ?? 1 };
    if (matrix === undefined) throw new InputError('a matrix channel has no matrix');
    return { kind, matrix: at(matrix), ...(own && { amplitude: own }) };
  };
  return Object.fromEntries(Object.entries(trace.channels).map(([name, own]) => [name, own.map(channelOf)]));
}

function nextOf(trace: TracedNoise, context: UpdateContext): Record<string, Node> {
  const nodes = readGraph(trace.graph, (name) => {
    const [, number] = /^draw\.(\d+)$/.exec(name) ?? [];
    if (number === undefined) return leafOf(name, context);
    const own = trace.draws[Number(number)];
    return own && context.draw(own.distribution, own.width, own.rate);
  });
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name.slice('next.'.length), node]));
}

const groups = ['state', 'drift', 'exogenous', 'parameters', 'stepSize', 'rootStep'] as const;

function leafOf(name: string, context: NoiseContext | UpdateContext): Node | undefined {
  if (name === 'input' || name === 'time') return context[name];
  if (name === 'scale') return 'scale' in context ? (context.scale as Node) : undefined;
  const dot = name.indexOf('.');
  const group = groups.find((own) => own === name.slice(0, dot));
  const of = group && (context as UpdateContext)[group];
  const own = name.slice(dot + 1);
  return of && Object.hasOwn(of, own) ? of[own] : undefined;
}

function leavesOf(context: NoiseContext): Map<Node, string> {
  const { state, drift, exogenous, parameters } = context;
  const named = Object.entries({ state, drift, exogenous, parameters }).flatMap(([group, of]) =>
    Object.entries(of).map(([name, node]) => [node, `${group}.${name}`] as const),
  );
  return new Map([...named, [context.input, 'input'] as const, [context.time, 'time'] as const]);
}

/** Leaves of what an update reads besides, as rows: traces do not depend on how the step size is given. */
function updateContext(
  context: NoiseContext,
  state: Readonly<Record<string, number>>,
  made: (name: string, leaf: Node) => void,
): Omit<UpdateContext, 'draw'> {
  const leaf = (name: string, width: number) => {
    const node = input('carry', name, [width]);
    made(name, node);
    return node;
  };
  const sizes = (group: string) =>
    Object.fromEntries(Object.entries(state).map(([name, width]) => [name, leaf(`${group}.${name}`, width)]));
  return {
    ...{ ...context, stepSize: sizes('stepSize'), rootStep: sizes('rootStep'), scale: leaf('scale', 1) },
    drawUnits: () => {
      throw new InputError('draws by units are of built-in schemes; use draw');
    },
  };
}

/** The context with step sizes and ε as rows, as traces read them. */
function rowsOf(context: UpdateContext): UpdateContext {
  const rows = (of: Readonly<Record<string, Node>>) =>
    Object.fromEntries(
      Object.entries(context.state).map(([name, node]) => [name, toRow(of[name]!, node.shape[0]!, 'step size')]),
    );
  const { stepSize, rootStep, scale } = context;
  return { ...context, stepSize: rows(stepSize), rootStep: rows(rootStep), scale: toRow(scale, 1, 'scale') };
}

const sameWidths = (widths: Readonly<Record<string, number>>, given: Readonly<Record<string, Node>>) =>
  Object.entries(widths).every(([name, width]) => given[name]?.shape[0] === width);

function naming<Result>(name: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw located(error, `noise ${name}`);
  }
}
