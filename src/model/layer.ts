/** One recurrent layer: cell, noise scheme and solver composed into a step expression. */
import { type Cell, measure, type ParameterSpec } from '../cells/index.js';
import { InputError } from '../errors.js';
import { add, concat, constant, type Expression, type Node, select } from '../graph/index.js';
import { carry, sequence, shared } from '../program/index.js';
import type { Components } from '../solvers/index.js';
import { advance, situationOf } from './advance.js';
import { clockKey, readsTime, withClock } from './clock.js';
import { evaluateCell } from './evaluate-cell.js';
import { initialOf, startAtZero } from './initial-state.js';
import type { LayerSpec } from './layer-spec.js';
import { noiseInside, plainMarks, requireMarks } from './preactivation.js';
import { type StepSize, stepSizes } from './step-size.js';

export type { LayerSpec, StepSize };

/** Which half of a bidirectional layer; every other layer is a forward half alone. */
export type Half = 'forward' | 'backward';

export interface Layer {
  /** Full names of the parameters, with the layer's prefix. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Full names and widths of the carries. */
  readonly state: Readonly<Record<string, number>>;
  /** Least and largest value of carries that stay in a range, noise off. */
  readonly range: Readonly<Record<string, readonly [number, number]>>;
  /** Full name of the carry that counts time, of width 1; none where neither cell nor noise reads the time. */
  readonly clock: string | null;
  /** Width of what the readout or the next layer reads. */
  readonly width: number;
  /** Parameters that hold the initial state, by carry; none where it starts at zero. */
  readonly initial: Readonly<Record<string, string>>;
  readonly step: (input: Node, options: StepOptions) => LayerStep;
  /** What the readout reads of the state at rest, for a phase after the scan. */
  readonly output: () => Node;
}

/** What next state and output, as expressions, are to depend on. */
export interface StepOptions {
  readonly noisy: boolean;
  /** Freeze the state where the sequence `mask` is 0. */
  readonly masked: boolean;
  /** Multiply the step size by the sequence `interval`. */
  readonly timed?: boolean;
  /** Whether a layer below follows the time within a step: a discrete cell then waits for the step's end. */
  readonly waits?: boolean;
  /** Times the scheme's own ε; 1 unless given. */
  readonly noiseScale?: Expression;
  /** The model's inputs by the names of their channels; none unless given. */
  readonly exogenous?: Readonly<Record<string, Node>>;
}

export interface LayerStep {
  readonly carries: Components;
  readonly output: Node;
}

/** Layers below this number draw noise of their own in both halves: a backward half counts as another layer. */
const mostLayers = 2 ** 15;

/**
 * @param index position in the stack: numbers the noise streams, and prefixes names from the second layer on.
 * @param exogenous names of the model's input channels.
 * @param half a backward half's names have `backward.` before them, and its noise streams are its own.
 * @throws InputError if cell, solver, noise and step size do not go together.
 */
export function buildLayer(
  spec: LayerSpec,
  inputs: number,
  index = 0,
  half: Half = 'forward',
  exogenous: readonly string[] = [],
): Layer {
  const { cell, units, noise, solver, step, initialState = startAtZero } = spec;
  if (index >= mostLayers) throw new InputError(`got more than ${mostLayers} layers; use fewer`);
  if (!Number.isInteger(units) || units < 1) throw new InputError(`units must be a positive integer, got ${units}`);
  if (!Number.isInteger(inputs) || inputs < 0)
    throw new InputError(`the number of inputs must be a whole number, 0 or more, got ${inputs}`);
  const discrete = cell.step !== undefined;
  checkStep(cell, step, discrete);
  const { state: widths, parameters: own } = measure(cell, { units, inputs });
  const situation = situationOf(spec, widths, inputs, exogenous);
  const refusal = solver.refusal({ discrete, noise, situation });
  if (refusal !== null) throw new InputError(`solver ${solver.name} does not fit model ${cell.name}: ${refusal}`);
  const prefix = (index === 0 ? '' : `layer${index}.`) + (half === 'backward' ? 'backward.' : '');
  const noiseLayer = half === 'backward' ? mostLayers + index : index;
  const total = Object.values(widths).reduce((sum, width) => sum + width, 0);
  const parameters: Record<string, ParameterSpec> = {};
  // What would read inputs that there are none of has no entries, and is no parameter.
  for (const [name, parameter] of Object.entries(own))
    if (!isEmpty(parameter.shape)) parameters[prefix + name] = parameter;
  for (const [name, parameter] of Object.entries(situation.parameters))
    if (!isEmpty(parameter.shape)) parameters[`${prefix}noise.${name}`] = parameter;
  if (step.kind === 'learned' && own.step !== undefined)
    throw new InputError(
      `model ${cell.name} has a parameter "step", the name of a learned step size; rename it, or leave the step size fixed`,
    );
  if (step.kind === 'learned')
    parameters[`${prefix}step`] = { shape: [total], initial: { kind: 'constant', value: step.delta } };
  const initial: Record<string, string> = {};
  if (initialState.kind === 'learned')
    for (const [name, width] of Object.entries(widths)) {
      initial[prefix + name] = `${prefix}initial.${name}`;
      parameters[`${prefix}initial.${name}`] = { shape: [width], initial: initialOf(initialState) };
    }

  const state = Object.fromEntries(Object.entries(widths).map(([name, width]) => [prefix + name, width]));
  const readout = cell.readout ?? Object.keys(widths);
  const leaves = () =>
    Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, carry(prefix + name, width)]));
  const read = (from: Components) => concat(readout.map((name) => from[name]!));
  const clock = `${prefix}clock.time`;
  let hasClock = true;
  const take: Layer['step'] = (input, options) => {
    const { noisy, masked, timed = false, waits = false, noiseScale = 1, exogenous = {} } = options;
    const current = { ...leaves(), ...(hasClock ? { [clockKey]: carry(clock, 1) } : {}) };
    const shaped = leavesOf(own, prefix);
    const given = { input, exogenous, parameters: leavesOf(situation.parameters, `${prefix}noise.`) };
    const followed = timed && !discrete;
    const ofState = stepSizes(step, prefix, widths, followed);
    const sizes = hasClock ? withClock(ofState, step, followed) : ofState;
    const marks = () =>
      noisy && noise.kind === 'inside'
        ? noiseInside(noise, { cell, noiseLayer, noiseScale, ...ofState })
        : plainMarks(cell);
    const evaluate = (at: Components): Components => {
      const { [clockKey]: time = constant(0, [1], 'row'), ...state } = at;
      const context = { state, input, time, exogenous, parameters: shaped, preactivation: marks() };
      const values = evaluateCell(cell, widths, context);
      return hasClock ? { ...values, [clockKey]: discrete ? add(time, 1) : constant(1, [1], 'row') } : values;
    };
    let next = advance({ spec, noiseLayer, situation, current, sizes, noisy, noiseScale, given, evaluate });
    // Parts of a step that a discrete cell does not see: the scan of a backward half comes to the last one first.
    if (timed && discrete) next = freeze(next, current, waits === (half === 'forward') ? 'ends' : 'begins');
    if (masked) next = freeze(next, current, 'mask');
    const nameOf = (name: string) => (name === clockKey ? clock : prefix + name);
    const carries = Object.fromEntries(Object.entries(next).map(([name, node]) => [nameOf(name), node]));
    return { carries, output: read(next) };
  };
  const traced = take(inputSignal(inputs), {
    ...{ noisy: true, masked: false, exogenous: Object.fromEntries(exogenous.map((name) => [name, sequence('x', 1)])) },
  });
  if (noise.kind === 'inside') requireMarks(cell, noise, traced.carries);
  hasClock = readsTime(traced.carries, clock);
  return {
    parameters,
    state,
    range: Object.fromEntries(
      Object.entries(cell.range ?? {}).map(([name, own]) => [prefix + name, own as readonly [number, number]]),
    ),
    clock: hasClock ? clock : null,
    width: readout.reduce((sum, name) => sum + widths[name]!, 0),
    initial,
    output: () => read(leaves()),
    step: take,
  };
}

/** The sequence `x`, or nothing, of width 0, for a model without inputs. */
export function inputSignal(inputs: number): Node {
  return inputs === 0 ? constant(0, [0], 'row') : sequence('x', inputs);
}

function leavesOf(specs: Readonly<Record<string, ParameterSpec>>, prefix: string): Record<string, Node> {
  const leaf = (name: string, { shape }: ParameterSpec) =>
    isEmpty(shape) ? constant(0, shape, 'shared') : shared(prefix + name, shape);
  return Object.fromEntries(Object.entries(specs).map(([name, own]) => [name, leaf(name, own)]));
}

const isEmpty = (shape: readonly number[]) => shape.includes(0);

function checkStep(cell: Cell, step: StepSize, discrete: boolean): void {
  if (discrete && (step.kind !== 'fixed' || step.delta !== 1))
    throw new InputError(
      `model ${cell.name} is a discrete step: its step size is 1 and cannot be set or learned; leave out --step and --delta`,
    );
  if (!(step.delta > 0) || !Number.isFinite(step.delta))
    throw new InputError(`the step size must be a positive number, got ${step.delta}`);
}

/** Rows keep their state where the sequence named is 0. Past a row's end, so that its cotangent enters at its own last step. */
function freeze(next: Components, current: Components, where: 'mask' | 'begins' | 'ends'): Components {
  const mask = sequence(where, 1);
  return Object.fromEntries(Object.entries(next).map(([name, node]) => [name, select(mask, node, current[name]!)]));
}
