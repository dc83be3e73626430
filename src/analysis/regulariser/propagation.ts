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
import {
  drawsOf,
  firstName,
  momentsOf,
  noiseInputName,
  secondDerivative,
  secondName,
  shapesOf,
} from '../../program/index.js';
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
  readonly components: readonly (readonly [name: string, width: number])[];
  readonly sources: readonly { readonly stream: number; readonly width: number; readonly deviation: number }[];
  readonly hasSecond: (component: string) => boolean;
  readonly terms: LossTerms;
}

function compileStep(model: Model, engine: Engine, variant: ReturnType<typeof variantOf>): Step {
  const forward = model.program({ noisy: true, ...variant, loss: false, state: 'given' });
  const components = Object.entries(model.state);
  const names = components.map(([name]) => name);
  const program = secondDerivative(forward, 'given', names);
  const carries = shapesOf(program, 'carry');
  const wanted = names.flatMap((name) => [name, firstName(name), secondName(name)]).filter((name) => carries.has(name));
  const jet = jetRequests(model, program);
  const kernel = engine.compile(program, { ...jet, carries: [...wanted, ...(jet.carries ?? [])] });
  const sources = drawsOf(forward).map((leaf) => ({
    stream: leaf.attributes.stream,
    width: leaf.shape[0]!,
    deviation: Math.sqrt(momentsOf(leaf).variance),
  }));
  return {
    kernel,
    components,
    sources,
    hasSecond: (name) => carries.has(secondName(name)),
    terms: createLossTerms(model),
  };
}

async function propagateRow(model: Model, step: Step, parameters: Tensors, row: Batch) {
  const { kernel, components, sources, hasSecond, terms } = step;
  const size = components.reduce((total, [, width]) => total + width, 0);
  const inputs = sources.reduce((total, { width }) => total + width, 0);
  // One direction a row: the columns of S's factor, the noise inputs, and last the mean second-order deviation.
  const directions = size + inputs;
  const rows = directions + 1;
  const { sequences } = bind(model, row, false);
  const unitNoise = noiseDirections(sources, size, rows);
  const { target, weights } = targetsOf(model, row);
  const K = model.spec.outputs;
  const every = model.spec.readout === 'every';
  const start = initialState(model, parameters, 1);
  let state = Float64Array.from(components.flatMap(([name, width]) => [...(start[name] ?? new Float64Array(width))]));
  let columns: Float64Array = new Float64Array(directions * size);
  let bent = new Float64Array(size);
  let [P, Q] = [0, 0];
  for (let at = 0; at < row.steps; at++) {
    const now: Record<string, Values> = { ...unitNoise };
    for (const [name, values] of Object.entries(sequences ?? {})) now[name] = stepOf(values, at, row.steps, rows);
    const given: Record<string, Float64Array> = {};
    let start = 0;
    for (const [name, width] of components) {
      given[name] = repeat(state.subarray(start, start + width), rows);
      given[firstName(name)] = take(columns, size, start, width, rows);
      const last = new Float64Array(rows * width);
      last.set(bent.subarray(start, start + width), directions * width);
      if (hasSecond(name)) given[secondName(name)] = last;
      start += width;
    }
    const outputs = await kernel.run({ rows, steps: 1, parameters, carries: given, sequences: now });
    const gathered = gather(components, size, rows, outputs.carries);
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

/** Standardised unit vectors of the noise inputs in rows size … size + inputs − 1, zero in all others. */
function noiseDirections(sources: Step['sources'], size: number, rows: number): Record<string, Float64Array> {
  const directions: Record<string, Float64Array> = {};
  let row = size;
  for (const { stream, width, deviation } of sources) {
    const values = new Float64Array(rows * width);
    for (let unit = 0; unit < width; unit++, row++) values[row * width + unit] = deviation;
    directions[noiseInputName(stream)] = values;
  }
  return directions;
}

/** Next state, first-order deviations of every row, and the sum of all second-order ones, components joined. */
function gather(
  components: Step['components'],
  size: number,
  rows: number,
  carries: Readonly<Record<string, Float64Array>>,
) {
  const state = new Float64Array(size);
  const first = new Float64Array(rows * size);
  const bent = new Float64Array(size);
  let start = 0;
  for (const [name, width] of components) {
    state.set(carries[name]!.subarray(0, width), start);
    const [own, second] = [carries[firstName(name)], carries[secondName(name)]];
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < width; i++) {
        first[row * size + start + i] = own?.[row * width + i] ?? 0;
        bent[start + i]! += second?.[row * width + i] ?? 0;
      }
    start += width;
  }
  return { state, first, bent };
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

/** Entries start … of each column of the factor as the first rows of [rows, width]. */
function take(columns: Float64Array, size: number, start: number, width: number, rows: number): Float64Array {
  const taken = new Float64Array(rows * width);
  for (let column = 0; column < size; column++)
    for (let i = 0; i < width; i++) taken[column * width + i] = columns[column * size + start + i]!;
  return taken;
}
