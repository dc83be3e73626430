/** What an engine is asked to do, each a function from an engine and a setup to named results. */
import type { Engine, RunInputs, RunOutputs } from '../../src/engine/engine.js';
import type { Node, Tensors } from '../../src/graph/index.js';
import {
  adjointName,
  adjointProgram,
  noiseAdjointName,
  type Program,
  type Requests,
  sequence,
  shapesOf,
  tangentName,
  tangentProgram,
} from '../../src/program/index.js';
import type { Results } from './numbers.js';
import { inputsOf, type Movement, runOn, type Setup } from './setup.js';

export type Label = 'v' | 'w';

/** Everything the network outputs: logits and the loss of each row. */
const valueRequests = ({ model }: Setup): Requests =>
  model.spec.readout === 'every'
    ? { carries: ['loss'], sequences: ['logits'] }
    : { carries: ['loss', 'logits'], sequences: [] };

/** Every first derivative: parameters, inputs, initial state, noise. */
function gradientRequests({ model, draws, program }: Setup): Requests {
  const readsInput = shapesOf(program, 'sequence').has('x');
  return {
    shared: Object.keys(model.parameters).map(adjointName),
    sequences: [
      ...(readsInput ? [adjointName('x')] : []),
      ...draws.map((draw) => noiseAdjointName(draw.attributes.stream)),
    ],
    carries: Object.keys(model.state).map(adjointName),
  };
}

const renamed = (requests: Requests, label: string): Requests => ({
  carries: (requests.carries ?? []).map((name) => tangentName(name, label)),
  sequences: (requests.sequences ?? []).map((name) => tangentName(name, label)),
  shared: (requests.shared ?? []).map((name) => tangentName(name, label)),
});

export const adjointOf = (setup: Setup, program: Program = setup.program): Program =>
  adjointProgram(program, { sequences: ['x'], noise: true });

const noiseName = (stream: number) => `noise#${stream}`;

/** The tangent of a program when everything moves at once in the direction of a label. */
export function tangentOf(setup: Setup, program: Program, label: Label): Program {
  return tangentProgram(program, {
    label,
    parameters: (name) => name in setup.model.parameters,
    carries: Object.keys(setup.model.state),
    sequences: ['x'],
    noise: (leaf: Node) =>
      leaf.op === 'noise' ? sequence(tangentName(noiseName(leaf.attributes.stream), label), leaf.shape[0]!) : undefined,
  });
}

/** Adds the values of the tangents of one direction to a run's inputs. */
export function withTangent(inputs: RunInputs, label: Label, by: Movement): RunInputs {
  const name = (of: string) => tangentName(of, label);
  const rename = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
  const tangents: Tensors = rename(by.parameters);
  const noises = Object.entries(by.noise).map(([stream, values]) => [name(noiseName(Number(stream))), values]);
  return {
    ...inputs,
    parameters: { ...inputs.parameters, ...tangents },
    carries: { ...inputs.carries, ...rename(by.state) },
    sequences: { ...inputs.sequences, [name('x')]: by.inputs, ...Object.fromEntries(noises) },
  };
}

/** One record of all results, with the role in the name: a carry and a sequence may both be called x. */
export function flatten({ carries, sequences, shared }: RunOutputs): Results {
  return Object.fromEntries([
    ...Object.entries(carries).map(([name, values]) => [`carry ${name}`, values]),
    ...Object.entries(sequences).map(([name, values]) => [`sequence ${name}`, values]),
    ...Object.entries(shared).map(([name, { data }]) => [`shared ${name}`, data]),
  ]);
}

export type Verb = (engine: Engine, setup: Setup) => Promise<Results>;

export const forward: Verb = async (engine, setup) =>
  flatten(await runOn(engine, setup.program, valueRequests(setup), inputsOf(setup)));

export const gradients: Verb = async (engine, setup) =>
  flatten(await runOn(engine, adjointOf(setup), gradientRequests(setup), inputsOf(setup)));

export const tangent: Verb = async (engine, setup) => {
  const inputs = withTangent(inputsOf(setup), 'v', setup.directions.v);
  return flatten(await runOn(engine, tangentOf(setup, setup.program, 'v'), renamed(valueRequests(setup), 'v'), inputs));
};

/** Every block of the Hessian of the loss, mixed ones too, times the direction v. */
export const hessianVector: Verb = async (engine, setup) => {
  const inputs = withTangent(inputsOf(setup), 'v', setup.directions.v);
  const program = tangentOf(setup, adjointOf(setup), 'v');
  return flatten(await runOn(engine, program, renamed(gradientRequests(setup), 'v'), inputs));
};

/** The second derivative of the outputs in the directions v and w. */
export const tangentOfTangent: Verb = async (engine, setup) => {
  const { v, w } = setup.directions;
  const inputs = withTangent(withTangent(inputsOf(setup), 'v', v), 'w', w);
  const program = tangentOf(setup, tangentOf(setup, setup.program, 'v'), 'w');
  return flatten(await runOn(engine, program, renamed(renamed(valueRequests(setup), 'v'), 'w'), inputs));
};

export const verbs: Readonly<Record<string, Verb>> = { forward, gradients, tangent, hessianVector, tangentOfTangent };
export { gradientRequests, valueRequests };
