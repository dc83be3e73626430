/** The state and k tangents of it, carried through segments of steps on an engine. */
import { stateLayout, stepWithTangents } from '../../dynamics/index.js';
import type { Engine, NoiseSource, Values } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, bind, initialState, type Model, variantOf } from '../../model/index.js';
import { tangentName } from '../../program/index.js';
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
  const layout = stateLayout(model);
  const { size } = layout;
  const names = layout.components.map(([name]) => name);
  const labels = Array.from({ length: k }, (_, index) => `${index}`);
  const program = stepWithTangents(model, { noisy: noise !== undefined, ...variantOf(batch) }, labels);
  const carries = names.flatMap((name) => [name, ...labels.map((label) => tangentName(name, label))]);
  const kernel = engine.compile(program, { carries });

  const generator = createGenerator(seed, 'lyapunov tangents');
  let state: Readonly<Record<string, Float64Array>> = layout.split(layout.join(first, rows), rows);
  // [rows][k][size]
  const tangents = Array.from({ length: rows }, () =>
    Array.from({ length: k }, () => Float64Array.from({ length: size }, () => generator.normal())),
  );
  for (const own of tangents) orthonormalise(own, new Float64Array(k));

  const pack = (): Record<string, Float64Array> => {
    const packed: Record<string, Float64Array> = { ...state };
    const joined = new Float64Array(rows * size);
    for (const [index, label] of labels.entries()) {
      for (const [row, own] of tangents.entries()) joined.set(own[index]!, row * size);
      for (const [name, values] of Object.entries(layout.split(joined, rows)))
        packed[tangentName(name, label)] = values;
    }
    return packed;
  };
  const unpack = (found: Readonly<Record<string, Float64Array>>): void => {
    state = Object.fromEntries(names.map((name) => [name, found[name]!]));
    for (const [index, label] of labels.entries()) {
      const own = Object.fromEntries(names.map((name) => [name, found[tangentName(name, label)]!]));
      const joined = layout.join(own, rows);
      for (const [row, vectors] of tangents.entries())
        vectors[index]!.set(joined.subarray(row * size, (row + 1) * size));
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
