/**
 * The loss of a model on a batch as a function one can differentiate: value, gradient, input gradient and
 * Hessian-vector product, with the noise `off`, or on and keyed (`frozen` when the key is held fixed, `sampled` when the
 * caller changes it from call to call).
 */
import type { Engine, Kernel, NoiseSource, RunInputs } from '../engine/engine.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import {
  adjointName,
  adjointProgram,
  type Program,
  type Requests,
  tangentName,
  tangentProgram,
} from '../program/index.js';
import { isBidirectional, type Model, type ProgramOptions } from './model.js';

/** Sequences and class indices, ready to be scored. */
export interface Batch {
  readonly rows: number;
  readonly steps: number;
  /** [rows, steps, inputs] */
  readonly inputs: Float32Array | Float64Array;
  /** [rows], class indices; needed for losses. */
  readonly labels?: ArrayLike<number>;
  /** [rows]: the number of steps each row lasts; all of them unless given. */
  readonly lengths?: ArrayLike<number>;
  /** [rows, steps]: step sizes, for models built with `step: { kind: 'given' }`. */
  readonly stepSizes?: Float32Array | Float64Array;
  /** The state to go on from, [rows, width] by carry; zero where a carry is left out. In place of the model's own start. */
  readonly state?: Readonly<Record<string, Float32Array | Float64Array>>;
}

/** `undefined` is the noise-free network. */
export type Noise = NoiseSource | undefined;

export interface LossValue {
  /** Mean over rows. */
  readonly loss: number;
  /** [rows] */
  readonly losses: Float64Array;
  /** [rows, K]; on every step [rows, steps, K]. */
  readonly logits: Float64Array;
}

export interface GradientValue extends LossValue {
  readonly gradient: Tensors;
}

export interface Objective {
  readonly model: Model;
  readonly engine: Engine;
  logits(parameters: Tensors, batch: Batch, noise?: Noise): Promise<Float64Array>;
  /** The state after each row's last step, [rows, width] by carry: what a batch of the steps after it is given. */
  finalState(parameters: Tensors, batch: Batch, noise?: Noise): Promise<Readonly<Record<string, Float64Array>>>;
  loss(parameters: Tensors, batch: Batch, noise?: Noise): Promise<LossValue>;
  gradient(parameters: Tensors, batch: Batch, noise?: Noise): Promise<GradientValue>;
  /** ∂(mean loss)/∂x, [rows, steps, inputs]. */
  inputGradient(parameters: Tensors, batch: Batch, noise?: Noise): Promise<Float64Array>;
  /** H·v, exact: the tangent of the adjoint in the direction v. */
  hessianVector(parameters: Tensors, batch: Batch, direction: Tensors, noise?: Noise): Promise<Tensors>;
}

type Verb = 'logits' | 'finalState' | 'loss' | 'gradient' | 'inputGradient' | 'hessianVector';

export function createObjective(model: Model, engine: Engine): Objective {
  const kernels = new Map<string, Kernel>();
  const kernelFor = (verb: Verb, batch: Batch, noise: Noise): Kernel => {
    const noisy = noise !== undefined;
    const masked = batch.lengths !== undefined;
    const state = batch.state === undefined ? 'initial' : 'given';
    const key = `${verb} ${noisy} ${masked} ${state}`;
    let kernel = kernels.get(key);
    if (kernel === undefined) {
      const { program, requests } = build(model, verb, { noisy, masked, state });
      kernel = engine.compile(program, requests);
      kernels.set(key, kernel);
    }
    return kernel;
  };
  const run = async (verb: Verb, parameters: Tensors, batch: Batch, noise: Noise, direction?: Tensors) => {
    const inputs = bind(model, batch, readsLoss(verb));
    const tangents = Object.entries(direction ?? {}).map(([name, value]) => [tangentName(name, 'v'), value]);
    const all = { ...parameters, ...Object.fromEntries(tangents) };
    const source = noise === undefined ? {} : { noise };
    return kernelFor(verb, batch, noise).run({ ...inputs, parameters: all, ...source });
  };
  const every = model.spec.readout === 'every';
  const lossOf = (outputs: Awaited<ReturnType<typeof run>>): LossValue => {
    const losses = outputs.carries.loss!;
    const loss = losses.reduce((total, own) => total + own, 0) / losses.length;
    return { loss, losses, logits: every ? outputs.sequences.logits! : outputs.carries.logits! };
  };
  const gradientOf = (shared: Tensors, name: (parameter: string) => string): Tensors =>
    Object.fromEntries(Object.keys(model.parameters).map((parameter) => [parameter, shared[name(parameter)]!]));
  return {
    model,
    engine,
    async logits(parameters, batch, noise) {
      const outputs = await run('logits', parameters, batch, noise);
      return every ? outputs.sequences.logits! : outputs.carries.logits!;
    },
    async finalState(parameters, batch, noise) {
      if (isBidirectional(model))
        throw new InputError('a bidirectional model reads each sequence to its end: there is no state to go on from');
      return (await run('finalState', parameters, batch, noise)).carries;
    },
    async loss(parameters, batch, noise) {
      return lossOf(await run('loss', parameters, batch, noise));
    },
    async gradient(parameters, batch, noise) {
      const outputs = await run('gradient', parameters, batch, noise);
      return { ...lossOf(outputs), gradient: gradientOf(outputs.shared, adjointName) };
    },
    async inputGradient(parameters, batch, noise) {
      const outputs = await run('inputGradient', parameters, batch, noise);
      // A cell that does not read its input has no such sequence.
      return outputs.sequences[adjointName('x')] ?? new Float64Array(batch.inputs.length);
    },
    async hessianVector(parameters, batch, direction, noise) {
      const outputs = await run('hessianVector', parameters, batch, noise, direction);
      return gradientOf(outputs.shared, (parameter) => tangentName(adjointName(parameter), 'v'));
    },
  };
}

const readsLoss = (verb: Verb) => verb !== 'logits' && verb !== 'finalState';

function build(
  model: Model,
  verb: Verb,
  options: Omit<ProgramOptions, 'loss'>,
): { program: Program; requests: Requests } {
  const forward = model.program({ ...options, loss: readsLoss(verb) });
  const every = model.spec.readout === 'every';
  const values: Requests = every
    ? { carries: ['loss'], sequences: ['logits'] }
    : { carries: ['loss', 'logits'], sequences: [] };
  const parameters = Object.keys(model.parameters);
  switch (verb) {
    case 'logits':
      return { program: forward, requests: every ? { sequences: ['logits'] } : { carries: ['logits'] } };
    case 'finalState':
      return { program: forward, requests: { carries: Object.keys(model.state) } };
    case 'loss':
      return { program: forward, requests: values };
    case 'gradient':
      return { program: adjointProgram(forward), requests: { ...values, shared: parameters.map(adjointName) } };
    case 'inputGradient':
      return onlyWritten(adjointProgram(forward, { sequences: ['x'] }), adjointName('x'));
    case 'hessianVector':
      return {
        program: tangentProgram(adjointProgram(forward), {
          label: 'v',
          parameters: (name) => parameters.includes(name),
        }),
        requests: { shared: parameters.map((name) => tangentName(adjointName(name), 'v')) },
      };
  }
}

function onlyWritten(program: Program, sequence: string): { program: Program; requests: Requests } {
  const written = program.phases.some((part) => part.sequences[sequence] !== undefined);
  return { program, requests: { sequences: written ? [sequence] : [] } };
}

/** Places a batch under the names the programs read. */
export function bind(model: Model, batch: Batch, loss: boolean): Omit<RunInputs, 'parameters' | 'noise'> {
  const { rows, steps, inputs, labels, lengths } = batch;
  const { outputs, readout, inputs: channels } = model.spec;
  if (rows < 1 || steps < 1) throw new InputError(`a batch needs rows and steps, got ${rows} rows of ${steps} steps`);
  if (inputs.length !== rows * steps * channels)
    throw new InputError(
      `the model reads ${channels} input${channels === 1 ? '' : 's'} a step; ` +
        `[${rows}, ${steps}, ${channels}] needs ${rows * steps * channels} values, got ${inputs.length}`,
    );
  const sequences: Record<string, Float32Array | Float64Array> = { x: inputs };
  if (lengths !== undefined) {
    sequences.mask = maskOf(lengths, rows, steps);
    sequences.x = withoutPadding(inputs, lengths, steps, channels);
  }
  const carries: Record<string, Float64Array | Float32Array> = { ...givenState(model, batch) };
  if (batch.stepSizes !== undefined) sequences.dt = batch.stepSizes;
  if (!loss) return { rows, steps, sequences, carries };
  if (labels === undefined) throw new InputError('a loss needs labels, and the batch has none');
  const target = oneHot(labels, rows, outputs);
  carries[adjointName('loss')] = new Float64Array(rows).fill(1 / rows);
  if (readout === 'last') carries.target = target;
  else {
    const targets = new Float64Array(rows * steps * outputs);
    const weights = new Float64Array(rows * steps);
    for (let row = 0; row < rows; row++) {
      const length = lengths?.[row] ?? steps;
      for (let step = 0; step < steps; step++) {
        targets.set(target.subarray(row * outputs, (row + 1) * outputs), (row * steps + step) * outputs);
        weights[row * steps + step] = step < length ? 1 / length : 0;
      }
    }
    sequences.target = targets;
    sequences.stepWeight = weights;
  }
  return { rows, steps, sequences, carries };
}

/** The engine checks sizes; a carry that is not the model's would go unnoticed. */
function givenState({ state }: Model, batch: Batch): NonNullable<Batch['state']> {
  const given = batch.state ?? {};
  const strange = Object.keys(given).find((name) => state[name] === undefined);
  if (strange !== undefined)
    throw new InputError(`state "${strange}" is not one of the model's: ${Object.keys(state).join(', ')}`);
  return given;
}

function oneHot(labels: ArrayLike<number>, rows: number, outputs: number): Float64Array {
  if (labels.length !== rows) throw new InputError(`expected ${rows} labels (one a row), got ${labels.length}`);
  const target = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    if (!Number.isInteger(label) || label < 0 || label >= outputs)
      throw new InputError(`row ${row}: label ${label} is out of range; the model has classes 0 to ${outputs - 1}`);
    target[row * outputs + label] = 1;
  }
  return target;
}

/** What stands beyond a row's end is never used, but a NaN there would spoil sums it enters with weight zero. */
function withoutPadding(
  inputs: Float32Array | Float64Array,
  lengths: ArrayLike<number>,
  steps: number,
  channels: number,
): Float32Array | Float64Array {
  const clean = inputs.slice();
  for (let row = 0; row < lengths.length; row++)
    clean.fill(0, (row * steps + lengths[row]!) * channels, (row + 1) * steps * channels);
  return clean;
}

function maskOf(lengths: ArrayLike<number>, rows: number, steps: number): Float64Array {
  if (lengths.length !== rows) throw new InputError(`expected ${rows} lengths (one a row), got ${lengths.length}`);
  const mask = new Float64Array(rows * steps);
  for (let row = 0; row < rows; row++) {
    const length = lengths[row]!;
    if (!Number.isInteger(length) || length < 1 || length > steps)
      throw new InputError(`row ${row}: length ${length} is not between 1 and the batch's ${steps} steps`);
    mask.fill(1, row * steps, row * steps + length);
  }
  return mask;
}
