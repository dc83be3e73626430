/**
 * A model as a state-space system over joined vectors: h⁺ = F(h, x, η) with standardised noise inputs η, and g(h), the
 * readout, both as expressions, so that derivatives are graphs too.
 */
import { sharedStage } from '../engine/shared-stage.js';
import { InputError } from '../errors.js';
import { add, concat, input, multiply, type Node, slice, substitute, type Tensors } from '../graph/index.js';
import { isBidirectional, type Model } from '../model/index.js';
import { momentsOf, type NoiseNode, type Program, parameterShapes } from '../program/index.js';
import { type StateLayout, stateLayout } from './layout.js';
import { type NoiseInputs, noiseInputsOf } from './noise-inputs.js';
import type { Binding } from './rows-plan.js';
import { stepProgram } from './step-program.js';

export interface StateSpace {
  readonly model: Model;
  readonly layout: StateLayout;
  readonly noise: NoiseInputs;
  /** What `next` and `output` read: the state [N], η [q]. */
  readonly state: Node;
  readonly eta: Node | null;
  /** [N] */
  readonly next: Node;
  /** [K] */
  readonly output: Node;
  /** Its `prepare` makes the shared values that the expressions read. */
  readonly program: Program;
  /** Whether a step reads its own size. */
  readonly timed: boolean;
}

/**
 * @param options `scaledNoise`: ε is a parameter; `timed`: a step covers the time that it is told, in its own step sizes.
 * @throws InputError for a model that runs both ways.
 */
export function stateSpace(
  model: Model,
  options: { readonly scaledNoise?: boolean; readonly timed?: boolean } = {},
): StateSpace {
  if (isBidirectional(model))
    throw new InputError(
      'the model has a bidirectional layer, whose state at a step depends on later inputs; a filter follows one state ' +
        'forward in time: train a model without --bidirectional',
    );
  if (Object.keys(model.clocks).length > 0)
    throw new InputError(
      'the cell reads the time, which a filter does not carry yet; give the time as an input (x) instead',
    );
  const program = stepProgram(model, { ...options, noisy: true, readout: 'last' });
  const layout = stateLayout(model);
  const noise = noiseInputsOf(program);
  const state = input('carry', 'state', [layout.size]);
  const eta = noise.size === 0 ? null : input('carry', 'eta', [noise.size]);
  const starts = startsOf(layout.components);
  const noiseStarts = startsOf(noise.streams.map(({ stream, width }) => [`${stream}`, width] as const));
  const joined = (node: Node): Node | undefined => {
    if (node.op === 'noise') {
      const { mean, variance } = momentsOf(node as NoiseNode);
      const own = slice(eta!, noiseStarts.get(`${node.attributes.stream}`)!, node.shape[0]!);
      return add(mean, multiply(Math.sqrt(variance), own));
    }
    if (node.op !== 'input' || node.attributes.role !== 'carry') return undefined;
    return slice(state, starts.get(node.attributes.name)!, node.shape[0]!);
  };
  const steps = program.phases.filter(({ kind }) => kind === 'scan');
  const readout = program.phases.find(({ name }) => name === 'readout')!;
  const carries = Object.assign({}, ...steps.map((part) => part.carries)) as Record<string, Node>;
  const next = layout.components.map(([name, width]) => carries[name] ?? input('carry', name, [width]));
  const [output, ...moved] = substitute([readout.carries.logits!, ...next], joined);
  return {
    ...{ model, layout, noise, state, eta, program },
    next: concat(moved),
    output: output!,
    timed: options.timed === true || model.spec.layers.some(({ step }) => step.kind === 'given'),
  };
}

function startsOf(widths: readonly (readonly [name: string, width: number])[]): Map<string, number> {
  let start = 0;
  return new Map(
    widths.map(([name, width]) => {
      start += width;
      return [name, start - width];
    }),
  );
}

/** The buffers that expressions of a state space read, and how they are filled. */
export interface SpaceBuffers {
  /** [inputs], the known input of the step. */
  readonly x: Float64Array;
  /** [1], the size of the step where the model reads one. */
  readonly dt: Float64Array;
  /** Places parameters and what is made of them; plans are to be settled after it. */
  readonly setParameters: (parameters: Tensors) => void;
  /** What every leaf but state and noise stands for. */
  readonly bind: (leaf: Node) => Binding;
}

/** @throws InputError, when parameters are set, for one that is missing or of another shape. */
export function spaceBuffers({ program, model }: StateSpace): SpaceBuffers {
  const prepare = sharedStage(program.prepare);
  const shared = new Map<string, Float64Array>();
  const x = new Float64Array(Math.max(1, model.spec.inputs));
  const dt = new Float64Array(1);
  const shapes = parameterShapes(program);
  const bufferOf = (name: string, size: number): Float64Array => {
    let found = shared.get(name);
    if (found === undefined) {
      found = new Float64Array(size);
      shared.set(name, found);
    }
    return found;
  };
  return {
    x,
    dt,
    setParameters(parameters) {
      for (const [name, shape] of shapes) {
        const given = parameters[name];
        if (given === undefined) throw new InputError(`parameter ${name} [${shape}] was not given`);
        if (given.shape.join() !== shape.join())
          throw new InputError(`parameter ${name} must have shape [${shape}], got [${given.shape}]`);
      }
      for (const [name, { data }] of Object.entries({ ...parameters, ...prepare(parameters) }))
        bufferOf(name, data.length).set(data);
    },
    bind(node) {
      if (node.op !== 'input') throw new Error(`${node.op} stands for nothing here`);
      const { role, name } = node.attributes;
      if (role === 'shared')
        return {
          data: bufferOf(
            name,
            node.shape.reduce((a, b) => a * b, 1),
          ),
          rows: 1,
          moving: false,
        };
      if (role === 'sequence' && name === 'x') return { data: x, rows: 1, moving: true };
      if (role === 'sequence' && (name === 'dt' || name === 'interval')) return { data: dt, rows: 1, moving: true };
      throw new Error(`${role} ${name} stands for nothing here`);
    },
  };
}
