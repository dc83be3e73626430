/** The object users hold: layers, a readout, a loss, and the programs made of them. */
import type { ParameterSpec } from '../cells/index.js';
import { fanIn } from '../cells/index.js';
import { InputError, located } from '../errors.js';
import type { Program } from '../program/index.js';
import { forwardProgram, type StackedLayer } from './forward-program.js';
import { buildLayer, type LayerSpec } from './layer.js';
import type { ModelSpec, ProgramOptions } from './model-spec.js';

export type { ModelSpec, ProgramOptions } from './model-spec.js';

export interface Model {
  readonly spec: ModelSpec;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** The layers as they were asked for, with the width of what each reads. */
  readonly layers: readonly { readonly spec: LayerSpec; readonly inputs: number }[];
  /** Carries that hold the hidden state, and their widths. */
  readonly state: Readonly<Record<string, number>>;
  /** Least and largest value of carries that a noise-free step from inside cannot leave. */
  readonly range: Readonly<Record<string, readonly [number, number]>>;
  /** Carries that count time, of width 1, from 0 on: of layers that read it. */
  readonly clocks: Readonly<Record<string, number>>;
  /** Parameters that hold a learned initial state, by carry; none where it starts at zero. */
  readonly initial: Readonly<Record<string, string>>;
  /** Number of scalar parameters. */
  readonly size: number;
  /**
   * The forward program. Reads the sequence `x` [inputs]. Readout on the last step: leaves `logits` and `loss` in
   * carries. On every step: writes the sequence `logits`, and sums `stepWeight` times the step's loss in the carry `loss`.
   */
  readonly program: (options: ProgramOptions) => Program;
}

/** Whether some layer runs both ways, so that the state at a step depends on inputs after it. */
export function isBidirectional({ spec }: Model): boolean {
  return spec.layers.some(({ bidirectional }) => bidirectional);
}

/** @throws InputError if the parts do not fit together. */
export function buildModel(spec: ModelSpec): Model {
  const values = spec.loss?.target === 'values';
  if (!Number.isInteger(spec.outputs) || spec.outputs < (values ? 1 : 2))
    throw new InputError(
      values
        ? `a model needs at least 1 value to predict, got ${spec.outputs}`
        : `a classifier needs at least 2 classes, got ${spec.outputs}`,
    );
  const { channels = [] } = spec;
  if (channels.length > 0 && (channels.length !== spec.inputs || new Set(channels).size !== spec.inputs))
    throw new InputError(`expected ${spec.inputs} different names of channels, got ${channels.join(', ')}`);
  const stack: StackedLayer[] = [];
  let width = spec.inputs;
  const asked: { spec: LayerSpec; inputs: number }[] = [];
  for (const [index, layerSpec] of spec.layers.entries()) {
    try {
      const ahead = buildLayer(layerSpec, width, index, 'forward', channels);
      const back = layerSpec.bidirectional ? buildLayer(layerSpec, width, index, 'backward', channels) : null;
      stack.push({ ahead, back });
      asked.push({ spec: layerSpec, inputs: width });
      width = ahead.width + (back?.width ?? 0);
    } catch (error) {
      throw spec.layers.length === 1 ? error : located(error, `layer ${index + 1}`);
    }
  }
  if (stack.length === 0) throw new InputError('a model needs at least one layer');
  const layers = stack.flatMap(({ ahead, back }) => (back === null ? [ahead] : [ahead, back]));
  const parameters: Record<string, ParameterSpec> = Object.assign({}, ...layers.map((layer) => layer.parameters), {
    'readout.weight': { shape: [spec.outputs, width], initial: fanIn(width) },
    'readout.bias': { shape: [spec.outputs], initial: fanIn(width) },
  });
  const state: Record<string, number> = Object.assign({}, ...layers.map((layer) => layer.state));
  const range: Model['range'] = Object.assign({}, ...layers.map((layer) => layer.range));
  const clocks = Object.fromEntries(layers.flatMap(({ clock }) => (clock === null ? [] : [[clock, 1] as const])));
  const initial: Record<string, string> = Object.assign({}, ...layers.map((layer) => layer.initial));
  const size = Object.values(parameters).reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
  const program = (options: ProgramOptions) => forwardProgram(spec, stack, options);
  const model: Model = { spec, layers: asked, parameters, state, range, clocks, initial, size, program };
  // Tracing once reports every mistake in a user's cell now rather than in the middle of training.
  model.program({ noisy: true, loss: true });
  return model;
}
