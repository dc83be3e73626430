/** P and Q of a cross-entropy loss from the logits' derivatives along a direction of the noise. */

import type { RunOutputs } from '../../engine/engine.js';
import { type Batch, bind, type Model } from '../../model/index.js';
import { firstName, type Program, type Requests, secondName, shapesOf } from '../../program/index.js';

/** Logits and their derivatives, [rows, readouts, K] each. */
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

export function softmax(logits: Float64Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = logits.map((z) => Math.exp(z - largest));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}

/** żᵀ∇²ℓ ż = Σ p ż² − (Σ p ż)² */
export function curvatureTerm(probabilities: Float64Array, first: Float64Array): number {
  let mean = 0;
  let square = 0;
  for (let k = 0; k < probabilities.length; k++) {
    mean += probabilities[k]! * first[k]!;
    square += probabilities[k]! * first[k]! ** 2;
  }
  return square - mean * mean;
}

/** ⟨∇ℓ, z̈⟩ = Σ (p − y) z̈ */
export function slopeTerm(probabilities: Float64Array, target: ArrayLike<number>, second: Float64Array): number {
  let total = 0;
  for (let k = 0; k < probabilities.length; k++) total += (probabilities[k]! - target[k]!) * second[k]!;
  return total;
}

/** One-hot targets [rows, K] and the weight of each row's loss at each readout, [rows, readouts]. */
export function targetsOf(model: Model, batch: Batch): { targets: Float64Array; weights: Float64Array } {
  const bound = bind(model, batch, true);
  const { outputs } = model.spec;
  if (model.spec.readout === 'last')
    return { targets: Float64Array.from(bound.carries!.target!), weights: new Float64Array(batch.rows).fill(1) };
  const targets = new Float64Array(batch.rows * outputs);
  const every = bound.sequences!.target!;
  for (let row = 0; row < batch.rows; row++)
    for (let k = 0; k < outputs; k++) targets[row * outputs + k] = every[row * batch.steps * outputs + k]!;
  return { targets, weights: Float64Array.from(bound.sequences!.stepWeight!) };
}

/** P and Q of one direction for each row: sums over its readouts. */
export function splitByRow(model: Model, batch: Batch, jet: LogitJet): { P: Float64Array; Q: Float64Array } {
  const { outputs } = model.spec;
  const { targets, weights } = targetsOf(model, batch);
  const readouts = weights.length / batch.rows;
  const [P, Q] = [new Float64Array(batch.rows), new Float64Array(batch.rows)];
  for (let row = 0; row < batch.rows; row++)
    for (let at = row * readouts; at < (row + 1) * readouts; at++) {
      const range = [at * outputs, (at + 1) * outputs] as const;
      const probabilities = softmax(jet.value.slice(...range));
      const target = targets.subarray(row * outputs, (row + 1) * outputs);
      Q[row]! += weights[at]! * curvatureTerm(probabilities, jet.first.subarray(...range));
      P[row]! += weights[at]! * slopeTerm(probabilities, target, jet.second.subarray(...range));
    }
  return { P, Q };
}
