/**
 * The loss of a model on a batch as a function one can differentiate: value, gradient, input gradient and
 * Hessian-vector product, with the noise `off`, or on and keyed (`frozen` when the key is held fixed, `sampled` when the
 * caller changes it from call to call).
 */
import type { Engine, Kernel, NoiseSource } from '../engine/engine.js';
import { InputError } from '../errors.js';
import { type Tensors, zeros } from '../graph/index.js';
import {
  adjointName,
  adjointProgram,
  type Program,
  type Requests,
  tangentName,
  tangentProgram,
} from '../program/index.js';
import type { Batch } from './batch.js';
import { bind, variantOf } from './bind.js';
import { isBidirectional, type Model, type ProgramOptions } from './model.js';
import { noiseScaleName } from './model-spec.js';
import { refine } from './refine.js';

/** `undefined` is the noise-free network. `scale` multiplies the scheme's own ε, without compiling anything anew. */
export type Noise = (NoiseSource & { readonly scale?: number | undefined }) | undefined;

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

/** The shared value that a program with `scaledNoise` reads. @throws InputError for a scale that is no number ≥ 0. */
export function noiseScaleOf(noise: Noise): Tensors {
  const scale = noise?.scale;
  if (scale === undefined) return {};
  if (!(scale >= 0) || !Number.isFinite(scale))
    throw new InputError(`the scale of the noise must be a number, 0 or more, got ${scale}`);
  return { [noiseScaleName]: { shape: [1], data: Float64Array.of(scale) } };
}

/** The gradient by parameter; zero for one that the loss does not reach, of which the program knows nothing. */
export function gradientFrom(model: Model, shared: Tensors, name: (parameter: string) => string): Tensors {
  return Object.fromEntries(
    Object.entries(model.parameters).map(([parameter, { shape }]) => [
      parameter,
      shared[name(parameter)] ?? zeros(shape),
    ]),
  );
}

/** Of what a program could give, what it does give. */
export const among = (finish: Program['finish'], names: readonly string[]): string[] =>
  names.filter((name) => Object.hasOwn(finish, name));

export type Verb = 'logits' | 'finalState' | 'loss' | 'gradient' | 'inputGradient' | 'hessianVector';

export function createObjective(model: Model, engine: Engine): Objective {
  const kernels = new Map<string, Kernel>();
  const kernelFor = (verb: Verb, batch: Batch, noise: Noise): Kernel => {
    const noisy = noise !== undefined;
    const variant = variantOf(batch);
    const state = batch.state === undefined ? 'initial' : 'given';
    const scaledNoise = noise?.scale !== undefined;
    const key = `${verb} ${noisy} ${scaledNoise} ${variant.masked} ${variant.timed} ${state}`;
    let kernel = kernels.get(key);
    if (kernel === undefined) {
      const { program, requests } = buildVerb(model, verb, { noisy, scaledNoise, ...variant, state });
      kernel = engine.compile(program, requests);
      kernels.set(key, kernel);
    }
    return kernel;
  };
  const run = async (verb: Verb, parameters: Tensors, given: Batch, noise: Noise, direction?: Tensors) => {
    const { batch, atOwnSteps, overParts } = refine(model, given);
    const inputs = bind(model, batch, readsLoss(verb));
    const tangents = Object.entries(direction ?? {}).map(([name, value]) => [tangentName(name, 'v'), value]);
    const all = { ...parameters, ...Object.fromEntries(tangents) };
    const source = noise === undefined ? {} : { noise };
    const known = { ...all, ...noiseScaleOf(noise) };
    const outputs = await kernelFor(verb, batch, noise).run({ ...inputs, parameters: known, ...source });
    const collect = verb === 'inputGradient' ? overParts : atOwnSteps;
    const sequences = Object.entries(outputs.sequences).map(([name, values]) => [name, collect(values)] as const);
    return { ...outputs, sequences: Object.fromEntries(sequences) as typeof outputs.sequences };
  };
  const every = model.spec.readout === 'every';
  const lossOf = (outputs: Awaited<ReturnType<typeof run>>): LossValue => {
    const losses = outputs.carries.loss!;
    const loss = losses.reduce((total, own) => total + own, 0) / losses.length;
    return { loss, losses, logits: every ? outputs.sequences.logits! : outputs.carries.logits! };
  };
  const gradientOf = (shared: Tensors, name: (parameter: string) => string): Tensors =>
    gradientFrom(model, shared, name);
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

export function buildVerb(
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
      return { program: forward, requests: { carries: Object.keys({ ...model.state, ...model.clocks }) } };
    case 'loss':
      return { program: forward, requests: values };
    case 'gradient': {
      const program = adjointProgram(forward);
      return { program, requests: { ...values, shared: among(program.finish, parameters.map(adjointName)) } };
    }
    case 'inputGradient':
      return onlyWritten(adjointProgram(forward, { sequences: ['x'] }), adjointName('x'));
    case 'hessianVector': {
      const program = tangentProgram(adjointProgram(forward), {
        label: 'v',
        parameters: (name) => parameters.includes(name),
      });
      const wanted = parameters.map((name) => tangentName(adjointName(name), 'v'));
      return { program, requests: { shared: among(program.finish, wanted) } };
    }
  }
}

function onlyWritten(program: Program, sequence: string): { program: Program; requests: Requests } {
  const written = program.phases.some((part) => part.sequences[sequence] !== undefined);
  return { program, requests: { sequences: written ? [sequence] : [] } };
}
