/** What a batch asks of the outputs, in the form the loss reads it. */
import { InputError } from '../errors.js';
import type { Batch } from './batch.js';
import type { Model } from './model.js';

export interface BoundTargets {
  /** [readouts, outputs]: one-hot classes, or numbers. */
  readonly target: Float64Array;
  /**
   * [readouts]: the part of the row's loss that a readout carries. A row's loss is the mean over those of its own steps
   * that have a target, whatever other rows last; 0 where there are none.
   */
  readonly weights: Float64Array;
}

/**
 * A readout is a row, or with a readout on every step a step of a row.
 * @throws InputError if the batch has not what the loss needs.
 */
export function targetsOf({ spec }: Model, batch: Batch): BoundTargets {
  const { rows, steps, lengths } = batch;
  const every = spec.readout === 'every';
  const readouts = every ? rows * steps : rows;
  const { target, known } = spec.loss?.target === 'values' ? valuesOf(batch, spec) : classesOf(batch, spec);
  const weights = new Float64Array(readouts).fill(1);
  if (!every) return { target, weights };
  for (let row = 0; row < rows; row++) {
    const length = lengths?.[row] ?? steps;
    const counted = (step: number) => step < length && known(row * steps + step) && !batch.parts?.[row * steps + step];
    let count = 0;
    for (let step = 0; step < steps; step++) if (counted(step)) count += 1;
    for (let step = 0; step < steps; step++) weights[row * steps + step] = counted(step) ? 1 / count : 0;
  }
  return { target, weights };
}

type Extents = Pick<Model['spec'], 'outputs' | 'readout'>;

/** One-hot, with all zeros where a step has no label. */
function classesOf(batch: Batch, { outputs, readout }: Extents) {
  const { rows, steps, labels, stepLabels } = batch;
  const every = readout === 'every';
  const given = every ? (stepLabels ?? labels) : labels;
  if (given === undefined)
    throw new InputError(
      stepLabels === undefined
        ? 'a loss needs labels, and the batch has none'
        : 'the batch has labels for each step, and the model reads out after the last one alone; read out every step',
    );
  const perStep = every && given === stepLabels;
  const expected = perStep ? rows * steps : rows;
  if (given.length !== expected)
    throw new InputError(`expected ${expected} labels (one a ${perStep ? 'step' : 'row'}), got ${given.length}`);
  for (let at = 0; at < expected; at++) {
    const label = given[at]!;
    if (perStep && label === -1) continue;
    if (!Number.isInteger(label) || label < 0 || label >= outputs)
      throw new InputError(
        `row ${perStep ? Math.floor(at / steps) : at}: label ${label} is out of range; the model has classes 0 to ${outputs - 1}`,
      );
  }
  const readouts = every ? rows * steps : rows;
  const labelAt = (at: number) => given[every && !perStep ? Math.floor(at / steps) : at]!;
  const target = new Float64Array(readouts * outputs);
  for (let at = 0; at < readouts; at++) if (labelAt(at) >= 0) target[at * outputs + labelAt(at)] = 1;
  return { target, known: (at: number) => labelAt(at) >= 0 };
}

function valuesOf(batch: Batch, { outputs, readout }: Extents) {
  const { rows, steps, targets } = batch;
  if (targets === undefined) throw new InputError('a loss of values needs targets, and the batch has none');
  const every = readout === 'every';
  const perStep = every && targets.length === rows * steps * outputs;
  if (!perStep && targets.length !== rows * outputs)
    throw new InputError(
      `the model has ${outputs} output${outputs === 1 ? '' : 's'}; expected ${rows * outputs} targets ([rows, outputs])` +
        `${every ? `, or ${rows * steps * outputs} ([rows, steps, outputs])` : ''}, got ${targets.length}`,
    );
  const target = new Float64Array((every ? rows * steps : rows) * outputs);
  const copies = every && !perStep ? steps : 1;
  const each = perStep ? rows * steps : rows;
  for (let at = 0; at < each; at++)
    for (let copy = 0; copy < copies; copy++)
      target.set(targets.subarray(at * outputs, (at + 1) * outputs), (at * copies + copy) * outputs);
  return { target, known: () => true };
}
