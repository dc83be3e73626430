/** P and Q of a loss from the outputs' derivatives along a direction of the noise. */
import type { RunOutputs } from '../../engine/engine.js';
import { createReferenceEngine } from '../../engine/reference/reference-engine.js';
import { type Batch, crossEntropy, type Model, targetsOf } from '../../model/index.js';
import {
  carry,
  firstName,
  type Program,
  phase,
  type Requests,
  secondDerivative,
  secondName,
  shapesOf,
} from '../../program/index.js';

/** Outputs and their derivatives, [readouts, K] each. */
export interface LogitJet {
  readonly value: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Requests those of the jet's parts that the program has; a part it lacks is identically zero. */
export function jetRequests(model: Model, program: Program): Requests {
  const every = model.spec.readout === 'every';
  const known = shapesOf(program, every ? 'sequence' : 'carry');
  const names = ['logits', firstName('logits'), secondName('logits')].filter((name) => known.has(name));
  return every ? { sequences: names } : { carries: names };
}

export function jetOf(model: Model, outputs: RunOutputs): LogitJet {
  const values = model.spec.readout === 'every' ? outputs.sequences : outputs.carries;
  const value = values.logits!;
  const part = (name: string) => values[name] ?? new Float64Array(value.length);
  return { value, first: part(firstName('logits')), second: part(secondName('logits')) };
}

/** The loss of one readout as a program of its own, from the carries `logits` and `target` to the carry `loss`. */
export function lossProgram({ spec }: Model): Program {
  const { of } = spec.loss ?? crossEntropy();
  const loss = of(carry('logits', spec.outputs), carry('target', spec.outputs));
  return { prepare: {}, phases: [phase('loss', 'once', { carries: { loss } })], finish: {} };
}

/** Of each readout, [readouts]: ⟨∇ℓ, z̈⟩ and żᵀ∇²ℓ ż. */
export type LossTerms = (
  jet: LogitJet,
  target: Float64Array,
) => Promise<{ readonly slope: Float64Array; readonly curvature: Float64Array }>;

/** In float64 whatever the engine: the terms are small differences. */
export function createLossTerms(model: Model): LossTerms {
  const program = secondDerivative(lossProgram(model), 'given', ['logits']);
  const kernel = createReferenceEngine().compile(program, { carries: [secondName('loss')] });
  const run = async (jet: LogitJet, target: Float64Array) => {
    const rows = jet.value.length / model.spec.outputs;
    const carries = {
      logits: jet.value,
      [firstName('logits')]: jet.first,
      [secondName('logits')]: jet.second,
      target,
    };
    return (await kernel.run({ rows, steps: 1, parameters: {}, carries })).carries[secondName('loss')]!;
  };
  return async (jet, target) => {
    const still = new Float64Array(jet.value.length);
    return {
      slope: await run({ ...jet, first: still }, target),
      curvature: await run({ ...jet, second: still }, target),
    };
  };
}

/** P and Q of one direction for each row: sums over its readouts. */
export async function splitByRow(
  model: Model,
  terms: LossTerms,
  batch: Batch,
  jet: LogitJet,
): Promise<{ P: Float64Array; Q: Float64Array }> {
  const { target, weights } = targetsOf(model, batch);
  const { slope, curvature } = await terms(jet, target);
  const readouts = weights.length / batch.rows;
  const [P, Q] = [new Float64Array(batch.rows), new Float64Array(batch.rows)];
  for (let at = 0; at < weights.length; at++) {
    const row = Math.floor(at / readouts);
    if (weights[at] === 0) continue;
    P[row]! += weights[at]! * slope[at]!;
    Q[row]! += weights[at]! * curvature[at]!;
  }
  return { P, Q };
}
