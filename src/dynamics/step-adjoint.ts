/**
 * The way back through one linearised step: from cotangents of F, of its Jacobians, of g and of its Jacobian to those of
 * the state and of every parameter. Directions are rows, as they were on the way there, and what all rows share is summed
 * over them.
 */
import { sharedStage } from '../engine/shared-stage.js';
import { input, type Node, type Tensor, type Tensors, topological, vjp, zeros } from '../graph/index.js';
import { type InputNode, pullBack, shared } from '../program/index.js';
import { identityRows, stepGraphs } from './linearise.js';
import { type Binding, planRows, type RowsPlan } from './rows-plan.js';
import { type StateSpace, spaceBuffers } from './state-space.js';

export interface StepAdjoint {
  /** [N], [inputs], [1]: where the step (or, for `observe`, the readout) was linearised. */
  readonly state: Float64Array;
  readonly x: Float64Array;
  readonly dt: Float64Array;
  /** [N + q, N]: of F in row 0 alone, and of the derivatives along each direction. */
  readonly next: Float64Array;
  readonly derivatives: Float64Array;
  /** Adds to the parameters' cotangents. @returns that of the state, [N], overwritten by the next call. */
  readonly step: () => Float64Array;
  /** [N, K]: of g in row 0 alone, and of its derivatives. */
  readonly output: Float64Array;
  readonly outputDerivatives: Float64Array;
  /** Adds to the parameters' cotangents; g is affine, so its Jacobian has none for the state. */
  readonly observe: () => void;
  /** Places parameters and forgets what was added. */
  readonly setParameters: (parameters: Tensors) => void;
  /** Gradient by parameter, of all that was added. */
  readonly gradient: () => Record<string, Tensor>;
}

export function stepAdjoint(space: StateSpace): StepAdjoint {
  const graphs = stepGraphs(space);
  const { size } = space.layout;
  const channels = space.output.shape[0]!;
  const count = size + space.noise.size;
  const buffers = spaceBuffers(space);
  const state = new Float64Array(size);
  const moving = (data: Float64Array, rows: number): Binding => ({ data, rows, moving: true });
  const sums = new Map<string, Tensor>();

  const along = backward([graphs.next, graphs.derivative], [size, size], [space.state]);
  const next = new Float64Array(count * size);
  const derivatives = new Float64Array(count * size);
  const stepPlan = planFor(along, [moving(next, count), moving(derivatives, count)], {
    node: graphs.direction,
    binding: { data: identityRows(count), rows: count, moving: false },
  });
  const reading = backward([graphs.output, graphs.outputDerivative], [channels, channels], []);
  const output = new Float64Array(size * channels);
  const outputDerivatives = new Float64Array(size * channels);
  const outputPlan = planFor(reading, [moving(output, size), moving(outputDerivatives, size)], {
    node: graphs.outputDirection,
    binding: { data: identityRows(size), rows: size, moving: false },
  });
  const cotangent = new Float64Array(size);
  const accumulatorName = (name: string) => `${name}^`;
  const finish = sharedStage(
    pullBack(
      space.program,
      [...sums].map(([name, { shape }]) => [name, shared(accumulatorName(name), shape)]),
    ),
  );
  const prepare = sharedStage(space.program.prepare);
  let known: Tensors = {};
  return {
    ...{ state, x: buffers.x, dt: buffers.dt, next, derivatives, output, outputDerivatives },
    step() {
      stepPlan.run();
      add(along, stepPlan);
      cotangent.fill(0);
      const [own] = along.ofInputs;
      if (own !== undefined) {
        const { data } = stepPlan.valueOf(own);
        for (let i = 0; i < data.length; ) for (let j = 0; j < size; j++, i++) cotangent[j]! += data[i]!;
      }
      return cotangent;
    },
    observe() {
      outputPlan.run();
      add(reading, outputPlan);
    },
    setParameters(parameters) {
      buffers.setParameters(parameters);
      stepPlan.settle();
      outputPlan.settle();
      for (const { data } of sums.values()) data.fill(0);
      known = { ...parameters, ...prepare(parameters) };
    },
    gradient() {
      const accumulated = Object.fromEntries([...sums].map(([name, total]) => [accumulatorName(name), total]));
      const found = finish({ ...known, ...accumulated });
      return Object.fromEntries(
        Object.entries(found).map(([name, value]) => [
          name.slice(0, -1),
          { shape: [...value.shape], data: value.data.slice() },
        ]),
      );
    },
  };

  /** Cotangents of the inputs named and of every shared value that the outputs read, as expressions. */
  function backward(outputs: readonly Node[], widths: readonly number[], inputs: readonly Node[]) {
    const cotangents = widths.map((width, index) => input('carry', `cotangent ${index}`, [width]));
    const shareds = topological(outputs).filter(
      (node): node is InputNode => node.op === 'input' && node.attributes.role === 'shared',
    );
    const pulled = vjp(outputs, cotangents, [...inputs, ...shareds]);
    const ofShared = shareds.flatMap((leaf, index) => {
      const node = pulled[inputs.length + index];
      if (node === undefined) return [];
      const { name } = leaf.attributes;
      if (!sums.has(name)) sums.set(name, zeros(leaf.shape));
      return [{ name, node }];
    });
    return { cotangents, ofInputs: inputs.map((_, index) => pulled[index]), ofShared };
  }

  function planFor(
    { cotangents, ofInputs, ofShared }: ReturnType<typeof backward>,
    given: readonly Binding[],
    direction: { readonly node: Node; readonly binding: Binding },
  ): RowsPlan {
    const outputs = [...ofInputs.filter((node) => node !== undefined), ...ofShared.map(({ node }) => node)];
    return planRows(outputs, (node) => {
      const at = cotangents.indexOf(node);
      if (at >= 0) return given[at]!;
      if (node === space.state) return moving(state, 1);
      return node === direction.node ? direction.binding : buffers.bind(node);
    });
  }

  function add({ ofShared }: ReturnType<typeof backward>, plan: RowsPlan): void {
    for (const { name, node } of ofShared) {
      const total = sums.get(name)!.data;
      const { data } = plan.valueOf(node);
      for (let i = 0; i < total.length; i++) total[i]! += data[i]!;
    }
  }
}
