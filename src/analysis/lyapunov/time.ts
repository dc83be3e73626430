import type { Tensors } from '../../graph/index.js';
import type { Batch, Model } from '../../model/index.js';

/** What exponents per unit time are measured in. */
export type TimeUnit = 'step size δ' | 'given step sizes' | 'mean learned step' | 'one step';

export function timeUnitOf(model: Model): TimeUnit {
  const { cell, step } = model.spec.layers[0]!;
  if (cell.step !== undefined) return 'one step';
  return step.kind === 'given' ? 'given step sizes' : step.kind === 'learned' ? 'mean learned step' : 'step size δ';
}

/** Steps and time of each row after the discarded steps, [rows] each. */
export function durationsOf(model: Model, parameters: Tensors, batch: Batch, discard: number) {
  const { rows, steps, lengths, stepSizes, intervals } = batch;
  const { step, cell } = model.spec.layers[0]!;
  const counts = new Float64Array(rows);
  const times = new Float64Array(rows);
  const learned = step.kind === 'learned' ? parameters.step!.data : null;
  const size = learned === null ? step.delta : learned.reduce((a, b) => a + b, 0) / learned.length;
  const intervalAt = (place: number) => (cell.step === undefined ? (intervals?.[place] ?? 1) : 1);
  for (let row = 0; row < rows; row++) {
    const last = lengths?.[row] ?? steps;
    for (let at = discard; at < last; at++) {
      counts[row]! += 1;
      times[row]! += step.kind === 'given' ? stepSizes![row * steps + at]! : size * intervalAt(row * steps + at);
    }
  }
  return { steps: counts, times };
}
