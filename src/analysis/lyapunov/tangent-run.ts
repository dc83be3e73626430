/** The state and k tangents of it, carried through segments of steps on an engine. */
import type { Engine, NoiseSource, Values } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, bind, initialState, type Model, variantOf } from '../../model/index.js';
import { type Phase, type Program, tangentName, tangentProgram } from '../../program/index.js';
import { createGenerator } from '../../random/index.js';
import { orthonormalise } from './orthonormalise.js';

export interface TangentRun {
  /** Advances `steps` steps from `start`. @returns log growth [rows, k] of each direction, after re-orthonormalising. */
  advance(start: number, steps: number): Promise<Float64Array>;
}

export interface TangentRunOptions {
  readonly exponents: number;
  readonly noise: NoiseSource | undefined;
  readonly initialState: Readonly<Record<string, Float64Array>>;
  readonly seed: number;
}

export function createTangentRun(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: TangentRunOptions,
): TangentRun {
  const { exponents: k, noise, seed } = options;
  const { rows } = batch;
  const first = { ...initialState(model, parameters, rows), ...options.initialState };
  const components = Object.entries(model.state);
  const names = components.map(([name]) => name);
  const labels = Array.from({ length: k }, (_, index) => `${index}`);
  const forward = model.program({
    noisy: noise !== undefined,
    ...variantOf(batch),
    loss: false,
    state: 'given',
  });
  const program = withTangents(forward, labels, names);
  const carries = names.flatMap((name) => [name, ...labels.map((label) => tangentName(name, label))]);
  const kernel = engine.compile(program, { carries });

  const size = components.reduce((total, [, width]) => total + width, 0);
  const generator = createGenerator(seed, 'lyapunov tangents');
  const state: Record<string, Float64Array> = {};
  for (const [name, width] of components) state[name] = first[name] ?? new Float64Array(rows * width);
  // [rows][k][size]
  const tangents = Array.from({ length: rows }, () =>
    Array.from({ length: k }, () => Float64Array.from({ length: size }, () => generator.normal())),
  );
  for (const own of tangents) orthonormalise(own, new Float64Array(k));

  const pack = (): Record<string, Float64Array> => {
    const packed: Record<string, Float64Array> = { ...state };
    let start = 0;
    for (const [name, width] of components) {
      for (const [index, label] of labels.entries()) {
        const values = new Float64Array(rows * width);
        for (let row = 0; row < rows; row++)
          values.set(tangents[row]![index]!.subarray(start, start + width), row * width);
        packed[tangentName(name, label)] = values;
      }
      start += width;
    }
    return packed;
  };
  const unpack = (found: Readonly<Record<string, Float64Array>>): void => {
    let start = 0;
    for (const [name, width] of components) {
      state[name] = found[name]!;
      for (const [index, label] of labels.entries())
        for (let row = 0; row < rows; row++)
          tangents[row]![index]!.set(found[tangentName(name, label)]!.subarray(row * width, (row + 1) * width), start);
      start += width;
    }
  };
  const { sequences = {} } = bind(model, batch, false);
  return {
    advance: async (start, steps) => {
      const window = Object.fromEntries(
        Object.entries(sequences).map(([name, values]) => [name, windowOf(values, rows, batch.steps, start, steps)]),
      );
      const outputs = await kernel.run({
        rows,
        steps,
        parameters,
        carries: pack(),
        sequences: window,
        ...(noise === undefined ? {} : { noise: { ...noise, firstStep: (noise.firstStep ?? 0) + start } }),
      });
      unpack(outputs.carries);
      const growth = new Float64Array(rows * k);
      for (const [row, own] of tangents.entries()) orthonormalise(own, growth.subarray(row * k, (row + 1) * k));
      return growth;
    },
  };
}

/** k tangents beside one primal: each is taken of the forward program, none of another tangent. */
function withTangents(forward: Program, labels: readonly string[], carries: readonly string[]): Program {
  const tangents = labels.map((label) => tangentProgram(forward, { label, carries }));
  const phases = forward.phases.map((part, index) => {
    const own = tangents.map((tangent) => tangent.phases[index]!.carries);
    return { ...part, carries: Object.assign({}, part.carries, ...own) as Phase['carries'] };
  });
  return { ...forward, phases };
}

/** Steps start … of [rows, steps, width]. */
function windowOf(values: Values, rows: number, steps: number, start: number, count: number): Float64Array {
  const width = values.length / (rows * steps);
  const window = new Float64Array(rows * count * width);
  for (let row = 0; row < rows; row++) {
    const from = (row * steps + start) * width;
    window.set(values.subarray(from, from + count * width), row * count * width);
  }
  return window;
}
