/**
 * P and Q exactly, for any cell, solver and readout, by propagating the covariance S of the state's first-order
 * deviation and the mean m of its second-order one, both at once through one step's derivatives:
 *
 *     S⁺ = J S Jᵀ + B Bᵀ,      m⁺ = J m + ∂²_hF : S + tr ∂²_ηF
 *
 * A factor S = L Lᵀ and the unit noise inputs are the directions; each is a row of one call that runs a single step with
 * its first and second derivative. Then Q = tr(∇²ℓ S) and P = ⟨∇ℓ, m⟩, which is Σ⟨λ, ·⟩ of the adjoint form summed
 * forwards. O(M N³) a sample.
 */
import {
  type NoiseInputs,
  noiseInputsOf,
  type StateLayout,
  stateLayout,
  stepProgram,
  stepWithSecondDerivatives,
  unitNoise,
} from '../../dynamics/index.js';
import type { Engine, Kernel, Values } from '../../engine/engine.js';
import { InputError } from '../../errors.js';
import type { Tensors } from '../../graph/index.js';
import {
  type Batch,
  bind,
  initialState,
  isBidirectional,
  type Model,
  targetsOf,
  variantOf,
} from '../../model/index.js';
import { firstName, secondName, shapesOf } from '../../program/index.js';
import { exact, type Progress } from '../estimate.js';
import { sliceBatch } from '../paths.js';
import { createLossTerms, jetOf, jetRequests, type LossTerms } from './curvature.js';
import { factor } from './factor.js';
import { commonScale } from './scale.js';
import type { RegulariserEstimates } from './stochastic.js';

/** Exact P, Q and P + Q of the mean loss of a batch (exact to the engine's rounding). */
export async function propagatedRegulariser(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: { readonly progress?: Progress } = {},
): Promise<RegulariserEstimates> {
  if (isBidirectional(model))
    throw new InputError(
      'the exact propagation follows one state in time, and a bidirectional model has two; estimate instead (method: stochastic)',
    );
  const step = compileStep(model, engine, variantOf(batch));
  let [P, Q] = [0, 0];
  for (let row = 0; row < batch.rows; row++) {
    const own = await propagateRow(model, step, parameters, sliceBatch(batch, row, row + 1));
    P += own.P / batch.rows;
    Q += own.Q / batch.rows;
    options.progress?.(row + 1, batch.rows);
  }
  const square = commonScale(model) ** 2;
  return {
    P: exact(P / square, batch.rows),
    Q: exact(Q / square, batch.rows),
    total: exact((P + Q) / square, batch.rows),
  };
}

interface Step {
  readonly kernel: Kernel;
  readonly layout: StateLayout;
  readonly noise: NoiseInputs;
  readonly hasSecond: (component: string) => boolean;
  readonly terms: LossTerms;
}

function compileStep(model: Model, engine: Engine, variant: ReturnType<typeof variantOf>): Step {
  const options = { noisy: true, ...variant };
  const layout = stateLayout(model);
  const names = layout.components.map(([name]) => name);
  const program = stepWithSecondDerivatives(model, options);
  const carries = shapesOf(program, 'carry');
  const wanted = names.flatMap((name) => [name, firstName(name), secondName(name)]).filter((name) => carries.has(name));
  const jet = jetRequests(model, program);
  const kernel = engine.compile(program, { ...jet, carries: [...wanted, ...(jet.carries ?? [])] });
  return {
    kernel,
    layout,
    noise: noiseInputsOf(stepProgram(model, options)),
    hasSecond: (name) => carries.has(secondName(name)),
    terms: createLossTerms(model),
  };
}

async function propagateRow(model: Model, step: Step, parameters: Tensors, row: Batch) {
  const { kernel, layout, noise, hasSecond, terms } = step;
  const { size } = layout;
  // One direction a row: the columns of S's factor, the noise inputs, and last the mean second-order deviation.
  const directions = size + noise.size;
  const rows = directions + 1;
  const { sequences } = bind(model, row, false);
  const noiseDirections = unitNoise(noise, size, rows);
  const { target, weights } = targetsOf(model, row);
  const K = model.spec.outputs;
  const every = model.spec.readout === 'every';
  let state = layout.join(initialState(model, parameters, 1), 1);
  let columns: Float64Array = new Float64Array(directions * size);
  let bent = new Float64Array(size);
  let [P, Q] = [0, 0];
  for (let at = 0; at < row.steps; at++) {
    const now: Record<string, Values> = { ...noiseDirections };
    for (const [name, values] of Object.entries(sequences ?? {})) now[name] = stepOf(values, at, row.steps, rows);
    const tangents = new Float64Array(rows * size);
    tangents.set(columns.subarray(0, size * size));
    const last = new Float64Array(rows * size);
    last.set(bent, directions * size);
    const given = layout.split(repeat(state, rows), rows);
    for (const [name, values] of Object.entries(layout.split(tangents, rows))) given[firstName(name)] = values;
    for (const [name, values] of Object.entries(layout.split(last, rows)))
      if (hasSecond(name)) given[secondName(name)] = values;
    const outputs = await kernel.run({ rows, steps: 1, parameters, carries: given, sequences: now });
    const gathered = gather(layout, rows, outputs.carries);
    state = gathered.state;
    bent = gathered.bent;
    const weight = every ? weights[at]! : at + 1 === row.steps ? weights[0]! : 0;
    if (weight !== 0) {
      const own = every ? target.subarray(at * K, (at + 1) * K) : target;
      const { slope, curvature } = await terms(jetOf(model, outputs), repeat(own, rows));
      for (let r = 0; r < rows; r++) {
        Q += weight * curvature[r]!;
        P += weight * slope[r]!;
      }
    }
    columns = factor(gathered.first, directions, size);
  }
  return { P, Q };
}

/** Next state, first-order deviations of every row, and the sum of all second-order ones, components joined. */
function gather(layout: StateLayout, rows: number, carries: Readonly<Record<string, Float64Array>>) {
  const named = (rename: (name: string) => string) => {
    const found = layout.components.flatMap(([name]) => {
      const own = carries[rename(name)];
      return own === undefined ? [] : [[name, own] as const];
    });
    return layout.join(Object.fromEntries(found), rows);
  };
  const second = named(secondName);
  const bent = new Float64Array(layout.size);
  for (let i = 0; i < second.length; i++) bent[i % layout.size]! += second[i]!;
  return { state: named((name) => name).slice(0, layout.size), first: named(firstName), bent };
}

function stepOf(values: Values, at: number, steps: number, rows: number): Float64Array {
  const width = values.length / steps;
  return repeat(Float64Array.from(values.subarray(at * width, (at + 1) * width)), rows);
}

function repeat(values: Float64Array, rows: number): Float64Array {
  const repeated = new Float64Array(rows * values.length);
  for (let row = 0; row < rows; row++) repeated.set(values, row * values.length);
  return repeated;
}
