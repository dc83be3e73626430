/** A model with parameters, a batch, noise and directions to differentiate along: one row of a table of cases. */
import { type Cell, parseCell } from '../../src/cells/index.js';
import type { Engine, NoiseSource, RunInputs, RunOutputs } from '../../src/engine/engine.js';
import { add as addNodes, type Node, sizeOf, substitute, type Tensors, topological } from '../../src/graph/index.js';
import {
  type Batch,
  bind,
  buildModel,
  initialise,
  type LayerSpec,
  type Model,
  parseInitialState,
  parseLoss,
  refine,
  type StepSize,
  variantOf,
} from '../../src/model/index.js';
import { type NoiseScheme, parseNoise } from '../../src/noise/index.js';
import { mapPhase, outputsOf, type Program, type Requests, sequence } from '../../src/program/index.js';
import { createGenerator, deriveKey, type Generator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { along, normals, tensorsAlong } from './numbers.js';

interface LayerCase {
  readonly cell: string | Cell;
  readonly noise: string | NoiseScheme;
  readonly solver: string;
  readonly step?: StepSize['kind'];
  readonly units?: number;
  readonly bidirectional?: boolean;
  readonly initialState?: string;
}

export interface Case extends LayerCase {
  readonly readout?: 'last' | 'every';
  readonly lengths?: readonly number[];
  /** Steps that cover different times, those above 1 in parts. */
  readonly timed?: boolean;
  /** How many layers alike. */
  readonly layers?: number;
  /** Other layers above them. */
  readonly above?: readonly LayerCase[];
  readonly inputs?: number;
  readonly outputs?: number;
  readonly rows?: number;
  readonly steps?: number;
  /** As in settings; cross-entropy unless given. */
  readonly loss?: string;
  /** By class. */
  readonly weights?: readonly number[];
  /** Whether what is asked for is one a row or one a step; a row unless given. */
  readonly per?: 'row' | 'step';
}

/** A direction in all that a run reads: parameters, inputs, initial state, noise. */
export interface Movement {
  readonly parameters: Tensors;
  /** [rows, steps, inputs] */
  readonly inputs: Float64Array;
  readonly state: Readonly<Record<string, Float64Array>>;
  /** By stream, [rows, steps, units]. */
  readonly noise: Readonly<Record<number, Float64Array>>;
}

export interface Setup {
  readonly model: Model;
  readonly parameters: Tensors;
  readonly batch: Batch;
  readonly noise: NoiseSource;
  readonly state: Readonly<Record<string, Float64Array>>;
  /** The forward program with its loss. */
  readonly program: Program;
  readonly draws: readonly NoiseNode[];
  readonly directions: Readonly<Record<'v' | 'w', Movement>>;
}

export type NoiseNode = Node & { op: 'noise' };

const noiseName = (noise: string | NoiseScheme) => (typeof noise === 'string' ? noise : `user's ${noise.name}`);

export function titleOf(of: Case): string {
  const { cell, noise, solver, above = [], ...rest } = of;
  const others = [
    ...Object.entries(rest).map(([key, value]) => `${key}=${value}`),
    ...above.map((layer) => `below ${titleOf(layer)}`),
  ];
  return [typeof cell === 'string' ? cell : `user's ${cell.name}`, noiseName(noise), solver, ...others].join(' ');
}

/** One leaf for each stream of noise a program draws. */
export function drawsOf(program: Program): NoiseNode[] {
  const found = new Map<number, NoiseNode>();
  for (const part of program.phases)
    for (const node of topological(outputsOf(part))) if (node.op === 'noise') found.set(node.attributes.stream, node);
  return [...found.values()];
}

function layerOf(of: LayerCase): LayerSpec {
  const cell = typeof of.cell === 'string' ? parseCell(of.cell) : of.cell;
  return {
    cell,
    units: of.units ?? 5,
    noise: typeof of.noise === 'string' ? parseNoise(of.noise) : of.noise,
    solver: solverNamed(of.solver),
    step: { kind: of.step ?? 'fixed', delta: cell.step === undefined ? 0.2 : 1 },
    bidirectional: of.bidirectional ?? false,
    initialState: parseInitialState(of.initialState ?? 'zero'),
  };
}

export function setupOf(of: Case, seed = 1): Setup {
  const { inputs = 2, outputs = 3, rows = 3, layers = 1, readout = 'last', timed = false } = of;
  const stack = [...Array.from({ length: layers }, () => of), ...(of.above ?? [])];
  const loss = parseLoss(of.loss ?? 'cross-entropy', of.weights);
  const model = buildModel({ layers: stack.map(layerOf), inputs, outputs, readout, loss });
  const generator = createGenerator(seed, 'test setup');
  const start = initialise(model.parameters, seed);
  const parameters = Object.fromEntries(
    Object.entries(start).map(([name, { shape, data }]) => {
      const spread = name.endsWith('step') ? 0.02 : 0.2;
      return [name, { shape, data: along(data, 1, normals(generator, data.length, spread)).map(Math.fround) }];
    }),
  );
  const drawn = of.steps ?? 4;
  const { batch } = refine(model, {
    rows,
    steps: drawn,
    inputs: normals(generator, rows * drawn * inputs),
    labels: Array.from({ length: rows }, () => generator.integer(outputs)),
    ...asked(of, { rows, steps: drawn, outputs }, createGenerator(seed, 'test targets')),
    ...(of.lengths === undefined ? {} : { lengths: of.lengths }),
    ...(of.step === 'given'
      ? { stepSizes: Float64Array.from({ length: rows * drawn }, () => Math.fround(0.1 + 0.2 * generator.uniform())) }
      : {}),
    ...(timed ? intervalsOf(rows * drawn, createGenerator(seed, 'test intervals')) : {}),
  });
  const { steps } = batch;
  const program = model.program({ noisy: true, ...variantOf(batch), loss: true });
  const draws = drawsOf(program);
  const samples = Uint32Array.from({ length: rows }, (_, row) => 11 + 7 * row);
  const stateLike = () =>
    Object.fromEntries(
      Object.entries(model.state).map(([name, width]) => [name, normals(generator, rows * width, 0.5)]),
    );
  const movement = (): Movement => ({
    parameters: Object.fromEntries(
      Object.entries(model.parameters).map(([name, { shape }]) => [
        name,
        { shape, data: normals(generator, sizeOf(shape), name.endsWith('step') ? 0.1 : 0.5) },
      ]),
    ),
    inputs: normals(generator, rows * steps * inputs),
    state: stateLike(),
    noise: Object.fromEntries(
      draws.map((draw) => [draw.attributes.stream, normals(generator, rows * steps * draw.shape[0]!)]),
    ),
  });
  return {
    model,
    parameters,
    batch,
    noise: { key: deriveKey(seed, 'noise'), samples },
    state: stateLike(),
    program,
    draws,
    directions: { v: movement(), w: movement() },
  };
}

/** Powers of two and their thirds: parts of them are single precision numbers, so that all engines step alike. */
function intervalsOf(count: number, generator: Generator): Pick<Batch, 'intervals' | 'longestStep'> {
  const intervals = Float64Array.from({ length: count }, () => [0.25, 0.5, 0.75, 1, 1.5, 2, 4][generator.integer(7)]!);
  return { intervals, longestStep: 1 };
}

/** Numbers to predict, or a class for each step of which every fifth is missing; nothing for a class a row. */
function asked(
  { loss = 'cross-entropy', per = 'row' }: Case,
  { rows, steps, outputs }: { rows: number; steps: number; outputs: number },
  generator: Generator,
): Pick<Batch, 'targets' | 'stepLabels'> {
  const places = per === 'step' ? rows * steps : rows;
  if (!loss.startsWith('cross-entropy')) return { targets: normals(generator, places * outputs) };
  if (per === 'row') return {};
  return { stepLabels: Array.from({ length: places }, (_, at) => (at % 5 === 2 ? -1 : generator.integer(outputs))) };
}

/** What a run of any program derived from the setup's reads, apart from tangents. */
export function inputsOf(setup: Setup): RunInputs {
  const { model, batch, state, parameters, noise } = setup;
  const bound = bind(model, batch, true);
  return { ...bound, carries: { ...bound.carries, ...state }, parameters, noise };
}

/** The setup displaced by t along a direction, in the groups named; displaced noise needs `pushed` programs. */
export function moved(setup: Setup, t: number, by: Partial<Movement>): Setup {
  const { batch, state } = setup;
  return {
    ...setup,
    parameters: tensorsAlong(setup.parameters, t, by.parameters ?? {}),
    batch: by.inputs === undefined ? batch : { ...batch, inputs: along(Float64Array.from(batch.inputs), t, by.inputs) },
    state: Object.fromEntries(
      Object.entries(state).map(([name, values]) => [name, by.state ? along(values, t, by.state[name]!) : values]),
    ),
  };
}

const pushName = (stream: number) => `push${stream}`;

/** The program with every draw ξ replaced by ξ + push, a sequence, so that noise can be displaced. */
export function pushed(program: Program): Program {
  const replace = (node: Node) =>
    node.op === 'noise' ? addNodes(node, sequence(pushName(node.attributes.stream), node.shape[0]!)) : undefined;
  return {
    ...program,
    phases: program.phases.map((part) => mapPhase(part, (outputs) => substitute(outputs, replace))),
  };
}

/** Values of the push sequences: t times a direction, or zero. */
export function pushes(setup: Setup, t: number, noise: Movement['noise'] | undefined): Record<string, Float64Array> {
  const { rows, steps } = setup.batch;
  return Object.fromEntries(
    setup.draws.map((draw) => {
      const { stream } = draw.attributes;
      const none = new Float64Array(rows * steps * draw.shape[0]!);
      return [pushName(stream), noise === undefined ? none : along(none, t, noise[stream]!)];
    }),
  );
}

export async function runOn(
  engine: Engine,
  program: Program,
  requests: Requests,
  inputs: RunInputs,
): Promise<RunOutputs> {
  return engine.compile(program, requests).run(inputs);
}
