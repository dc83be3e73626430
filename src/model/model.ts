/** The object users hold: layers, a readout, a loss, and the programs made of them. */
import type { ParameterSpec } from '../cells/index.js';
import { fanIn } from '../cells/index.js';
import { InputError } from '../errors.js';
import { add, logSumExp, matmul, multiply, type Node, subtract, sum } from '../graph/index.js';
import { carry, hoist, type Phase, type Program, phase, sequence, shared } from '../program/index.js';
import { buildLayer, type Layer, type LayerSpec } from './layer.js';

export interface ModelSpec {
  readonly layers: readonly LayerSpec[];
  /** Width of the input at each step. */
  readonly inputs: number;
  /** Number of classes, K. */
  readonly outputs: number;
  /** Whether the loss and the prediction are read after the last step, or the loss averaged over every step. */
  readonly readout: 'last' | 'every';
}

export interface ProgramOptions {
  /** Draw the noise of the layers' schemes; otherwise the noise-free network. */
  readonly noisy: boolean;
  /** Rows of different lengths: reads the sequence `mask` [rows, steps, 1], 1 while a row lasts. */
  readonly masked?: boolean;
  /** Compute the loss too; reads `target` [K] (a carry, or a sequence when the readout is on every step). */
  readonly loss: boolean;
}

export interface Model {
  readonly spec: ModelSpec;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Carries that hold the hidden state, and their widths. */
  readonly state: Readonly<Record<string, number>>;
  /** Number of scalar parameters. */
  readonly size: number;
  /**
   * The forward program. Reads the sequence `x` [inputs]. Readout on the last step: leaves `logits` and `loss` in
   * carries. On every step: writes the sequence `logits`, and sums `stepWeight` times the step's loss in the carry `loss`.
   */
  readonly program: (options: ProgramOptions) => Program;
}

/** @throws InputError if the parts do not fit together. */
export function buildModel(spec: ModelSpec): Model {
  if (!Number.isInteger(spec.outputs) || spec.outputs < 2)
    throw new InputError(`a classifier needs at least 2 classes, got ${spec.outputs}`);
  const layers: Layer[] = [];
  let width = spec.inputs;
  for (const [index, layerSpec] of spec.layers.entries()) {
    const layer = buildLayer(layerSpec, width, index);
    layers.push(layer);
    width = layer.width;
  }
  if (layers.length === 0) throw new InputError('a model needs at least one layer');
  const parameters: Record<string, ParameterSpec> = Object.assign({}, ...layers.map((layer) => layer.parameters), {
    'readout.weight': { shape: [spec.outputs, width], initial: fanIn(width) },
    'readout.bias': { shape: [spec.outputs], initial: fanIn(width) },
  });
  const state: Record<string, number> = Object.assign({}, ...layers.map((layer) => layer.state));
  const size = Object.values(parameters).reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
  const model: Model = { spec, parameters, state, size, program: (options) => forwardProgram(spec, layers, options) };
  // Tracing once reports every mistake in a user's cell now rather than in the middle of training.
  model.program({ noisy: true, loss: true });
  return model;
}

function forwardProgram(spec: ModelSpec, layers: readonly Layer[], options: ProgramOptions): Program {
  const { noisy, loss, masked = false } = options;
  const carries: Record<string, Node> = {};
  let signal: Node = sequence('x', spec.inputs);
  for (const layer of layers) {
    const step = layer.step(signal, { noisy, masked });
    Object.assign(carries, step.carries);
    signal = step.output;
  }
  const last = layers[layers.length - 1]!;
  const phases: Phase[] = [];
  if (spec.readout === 'last') {
    const logits = readout(spec, last.output());
    phases.push(phase('steps', 'scan', { carries }));
    phases.push(
      phase('readout', 'once', {
        carries: loss ? { logits, loss: crossEntropy(logits, carry('target', spec.outputs)) } : { logits },
      }),
    );
  } else {
    const logits = readout(spec, signal);
    if (loss) {
      const own = crossEntropy(logits, sequence('target', spec.outputs));
      carries.loss = add(carry('loss', 1), multiply(sequence('stepWeight', 1), own));
    }
    phases.push(phase('steps', 'scan', { carries, sequences: { logits } }));
  }
  return hoist({ prepare: {}, phases, finish: {} });
}

function readout({ outputs }: ModelSpec, features: Node): Node {
  const weight = shared('readout.weight', [outputs, features.shape[0]!]);
  return add(matmul(weight, features), shared('readout.bias', [outputs]));
}

/** −log softmax(z)_y for a one-hot (or soft) target of sum 1. */
function crossEntropy(logits: Node, target: Node): Node {
  return subtract(logSumExp(logits), sum(multiply(target, logits)));
}
