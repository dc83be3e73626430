/**
 * A trained network as every exporter takes it: the forward program without noise, with all that depends on parameters
 * alone computed, so that what is left are matrix products and elementwise functions of rows. Nothing here knows a cell.
 */
import { needsTimes } from '../data/index.js';
import { sharedStage } from '../engine/shared-stage.js';
import { InputError } from '../errors.js';
import { describe, input, mergeEqual, type Node, substitute, type Tensor, type Tensors } from '../graph/index.js';
import { isBidirectional } from '../model/index.js';
import { inputsOf, mapPhase, type Phase, type Program, prune, type Requests } from '../program/index.js';
import { taskOf } from '../train/task-settings.js';
import type { ExportableRun } from './run.js';

/** A weight or what was prepared of weights. */
export interface Weight extends Tensor {
  readonly name: string;
  /** What it is made of: its own name, or the expression of parameters that it is the value of. */
  readonly definition: string;
  /** A matrix that must stay orthogonal: rounding it coarsely costs more than rounding another. */
  readonly orthogonal: boolean;
}

export interface Network {
  readonly phases: readonly Phase[];
  /** By the name under which the phases read them; no two have equal values. */
  readonly weights: ReadonlyMap<string, Weight>;
  /** Width of each carry that holds the state. */
  readonly state: Readonly<Record<string, number>>;
  /** Where it starts. */
  readonly start: Readonly<Record<string, Float64Array>>;
  readonly channels: number;
  readonly outputs: number;
  /** Whether the logits are a sequence, one a step, or a carry left by the last phase. */
  readonly every: boolean;
  /** Whether each step is answered, not only the row. */
  readonly everyStep: boolean;
  readonly bidirectional: boolean;
  /** Whether step sizes are given with the values, as the sequence `dt`. */
  readonly timed: boolean;
}

export interface NetworkOptions {
  /** Rows of different lengths: reads the sequence `mask`. */
  readonly masked?: boolean;
}

export function networkOf(run: ExportableRun, { masked = false }: NetworkOptions = {}): Network {
  const { model, preprocessing, settings } = run;
  if (needsTimes(preprocessing.time))
    throw new InputError(
      'the run was trained on uneven times, which this format does not carry: an export would take every step as the median; ' +
        'export it as safetensors, or train on even steps (--sampling even)',
    );
  const every = model.spec.readout === 'every';
  const names = Object.keys(model.state);
  const requests: Requests = every ? { carries: names, sequences: ['logits'] } : { carries: [...names, 'logits'] };
  const program = prune(model.program({ noisy: false, loss: false, masked, state: 'given' }), requests);
  const { phases, weights } = withWeights(program, run.parameters);
  const start = Object.fromEntries(
    names.map((name) => {
      const learned = model.initial[name];
      return [name, learned ? run.parameters[learned]!.data : new Float64Array(model.state[name]!)];
    }),
  );
  const task = taskOf(settings);
  return {
    ...{ phases, weights, state: model.state, start, every },
    channels: model.spec.inputs,
    outputs: model.spec.outputs,
    everyStep: task.name === 'label' || (preprocessing.targets?.per === 'step' && task.horizons === null),
    bidirectional: isBidirectional(model),
    timed: model.spec.layers.some(({ step }) => step.kind === 'given'),
  };
}

/** The phases with the values that they read, equal ones under one name. */
function withWeights(program: Program, parameters: Tensors) {
  const prepared = sharedStage(program.prepare)(parameters);
  const weights = new Map<string, Weight>();
  const byValue = new Map<string, Weight>();
  const renamed = new Map<string, string>();
  const leaves = inputsOf(
    program.phases.flatMap((part) => [...Object.values(part.carries), ...Object.values(part.sequences)]),
    'shared',
  );
  for (const leaf of leaves) {
    const { name } = leaf.attributes;
    if (renamed.has(name)) continue;
    const made = program.prepare[name];
    const value = prepared[name] ?? parameters[name]!;
    const key = keyOf(value);
    let weight = byValue.get(key);
    if (weight === undefined) {
      const own = made === undefined ? name : nameOf(made, weights);
      const definition = made === undefined ? name : describe(made, 8);
      weight = { name: own, definition, shape: value.shape, data: value.data, orthogonal: isOrthogonal(made) };
      byValue.set(key, weight);
      weights.set(own, weight);
    }
    renamed.set(name, weight.name);
  }
  const rename = (node: Node): Node | undefined =>
    node.op === 'input' && node.attributes.role === 'shared'
      ? input('shared', renamed.get(node.attributes.name)!, node.shape)
      : undefined;
  const phases = program.phases.map((part) => mapPhase(part, (outputs) => mergeEqual(substitute(outputs, rename))));
  return { phases, weights };
}

/** The name of the one parameter that a prepared value is made of, with a mark, or a neutral one; not taken yet. */
function nameOf(made: Node, taken: ReadonlyMap<string, Weight>): string {
  const parameters = inputsOf([made], 'shared').map((leaf) => leaf.attributes.name);
  const stem = `${parameters.length === 1 ? parameters[0] : 'shared'}.prepared`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}${number}`;
    if (!taken.has(name)) return name;
  }
}

function isOrthogonal(made: Node | undefined): boolean {
  const inner = made?.op === 'transpose' ? made.args[0] : made;
  return inner?.op === 'matrixExponential';
}

/** Shape and bits as a text; values are what they round to, since that is what is written. */
function keyOf({ shape, data }: Tensor): string {
  const bytes = new Uint8Array(Float32Array.from(data).buffer);
  let text = `${shape}:`;
  for (let start = 0; start < bytes.length; start += 4096)
    text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  return text;
}
