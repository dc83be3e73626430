/**
 * One step with its Jacobians in float64: F, ∂_hF and ∂_ηF at a state and the mean of the noise, and g with ∂_hg. All
 * directions are rows of one evaluation beside a single primal; their products with parameters alone do not move, so for
 * h + δ(A h + tanh(W h + …)) a Jacobian costs O(N²).
 */
import { constant, input, jvp, type Node, slice, substitute, type Tensors } from '../graph/index.js';
import { type Binding, planRows } from './rows-plan.js';
import { type SpaceBuffers, type StateSpace, spaceBuffers } from './state-space.js';

export interface LinearisedStep {
  readonly space: StateSpace;
  /** [N], what `step` linearises at; [inputs]; [1], where the model reads step sizes. */
  readonly state: Float64Array;
  readonly x: Float64Array;
  readonly dt: Float64Array;
  /** What parameters, input and step size stand for, for plans beside this one. */
  readonly bind: SpaceBuffers['bind'];
  readonly setParameters: (parameters: Tensors) => void;
  readonly step: () => void;
  /** [N] */
  readonly next: Float64Array;
  /** [N + q, N]: row d is the derivative of all of F along direction d, states first: (∂_hF)ᵀ above (∂_ηF)ᵀ. */
  readonly derivatives: Float64Array;
  /** Whether the rows of the noise stay as they are from step to step (additive noise). */
  readonly constantNoise: boolean;
  /** [N], what `observe` linearises at. */
  readonly observed: Float64Array;
  readonly observe: () => void;
  /** [K], g. */
  readonly output: Float64Array;
  /** [N, K], (∂_hg)ᵀ. */
  readonly outputDerivatives: Float64Array;
}

/** The derivative graphs, for plans that go further (the way back, second derivatives). */
export interface StepGraphs {
  readonly next: Node;
  /** Along `direction` [N + q]. */
  readonly derivative: Node;
  readonly direction: Node;
  readonly output: Node;
  /** Along `outputDirection` [N]. */
  readonly outputDerivative: Node;
  readonly outputDirection: Node;
}

export function stepGraphs(space: StateSpace): StepGraphs {
  const { layout, noise, state, eta, next, output } = space;
  const direction = input('carry', 'direction', [layout.size + noise.size]);
  const outputDirection = input('carry', 'output direction', [layout.size]);
  const [along] = jvp([next], (leaf) => {
    if (leaf === state) return slice(direction, 0, layout.size);
    return eta !== null && leaf === eta ? slice(direction, layout.size, noise.size) : undefined;
  });
  const [outputAlong] = jvp([output], (leaf) => (leaf === state ? outputDirection : undefined));
  const zero = (node: Node) => constant(0, node.shape, 'row');
  const atMean = (node: Node) => (eta !== null && node === eta ? zero(node) : undefined);
  const [settledNext, settled, settledOutput, settledOutputAlong] = substitute(
    [next, along ?? zero(next), output, outputAlong ?? zero(output)],
    atMean,
  );
  return {
    ...{ direction, outputDirection, next: settledNext!, derivative: settled! },
    ...{ output: settledOutput!, outputDerivative: settledOutputAlong! },
  };
}

/** Rows 0 … size − 1 of the identity. */
export function identityRows(size: number): Float64Array {
  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rows[i * size + i] = 1;
  return rows;
}

/** @param buffers shared with other plans of the same space, where there are some. */
export function linearise(space: StateSpace, buffers: SpaceBuffers = spaceBuffers(space)): LinearisedStep {
  const graphs = stepGraphs(space);
  const { size } = space.layout;
  const count = size + space.noise.size;
  const state = new Float64Array(size);
  const observed = new Float64Array(size);
  const fixed = (data: Float64Array, rows: number): Binding => ({ data, rows, moving: false });
  const directions = fixed(identityRows(count), count);
  const outputDirections = fixed(identityRows(size), size);
  const leaf = (at: Float64Array) => (node: Node) => {
    if (node === space.state) return { data: at, rows: 1, moving: true };
    if (node === graphs.direction) return directions;
    return node === graphs.outputDirection ? outputDirections : buffers.bind(node);
  };
  const stepPlan = planRows([graphs.next, graphs.derivative], leaf(state));
  const outputPlan = planRows([graphs.output, graphs.outputDerivative], leaf(observed));
  const next = stepPlan.valueOf(graphs.next).data;
  const along = allRows(stepPlan.valueOf(graphs.derivative), count);
  const outputAlong = allRows(outputPlan.valueOf(graphs.outputDerivative), size);
  return {
    ...{ space, state, x: buffers.x, dt: buffers.dt, bind: buffers.bind },
    setParameters(parameters) {
      buffers.setParameters(parameters);
      stepPlan.settle();
      outputPlan.settle();
      along.settle();
      outputAlong.settle();
    },
    step() {
      stepPlan.run();
      along.run();
    },
    next,
    derivatives: along.data,
    constantNoise: noiseIsConstant(space, graphs),
    observed,
    observe() {
      outputPlan.run();
      outputAlong.run();
    },
    output: outputPlan.valueOf(graphs.output).data,
    outputDerivatives: outputAlong.data,
  };
}

/** A derivative that does not depend on its direction (it is 0) has one row: as many as there are directions. */
function allRows({ data, rows, moving }: Binding, count: number) {
  if (rows === count) return { data, settle: () => {}, run: () => {} };
  const repeated = new Float64Array(data.length * count);
  const repeat = () => {
    for (let row = 0; row < count; row++) repeated.set(data, row * data.length);
  };
  return { data: repeated, settle: repeat, run: moving ? repeat : () => {} };
}

/** Whether ∂_ηF depends on neither state, input nor step size. */
function noiseIsConstant({ layout, noise }: StateSpace, { derivative, direction }: StepGraphs): boolean {
  if (noise.size === 0) return true;
  // Along the noise alone: directions of the state are zero, and what they multiply falls away.
  const eta = input('carry', 'direction of the noise', [noise.size]);
  const only = (node: Node, args: readonly Node[]) => {
    if (node.op !== 'slice' || args[0] !== direction) return undefined;
    const { start } = node.attributes;
    const width = node.shape[0]!;
    return start >= layout.size ? slice(eta, start - layout.size, width) : constant(0, [width], 'row');
  };
  const [alone] = substitute([derivative], only);
  const plan = planRows([alone!], (node) => {
    const moving = node.op === 'input' && node.attributes.role !== 'shared' && node !== eta;
    return { data: new Float64Array(0), rows: 1, moving };
  });
  return !plan.valueOf(alone!).moving;
}
