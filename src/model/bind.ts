/** Between a batch and the names that programs read. */
import type { RunInputs } from '../engine/engine.js';
import { InputError } from '../errors.js';
import { adjointName } from '../program/index.js';
import type { Batch } from './batch.js';
import type { Model } from './model.js';
import { needsRefining } from './refine.js';
import { targetsOf } from './targets.js';

/** Which variant of a program a batch is for. */
export function variantOf({ lengths, intervals }: Batch): { readonly masked: boolean; readonly timed: boolean } {
  return { masked: lengths !== undefined, timed: intervals !== undefined };
}

/** Places a batch under the names the programs read. A batch with a longest step is to be refined first. */
export function bind(model: Model, batch: Batch, loss: boolean): Omit<RunInputs, 'parameters' | 'noise'> {
  const { rows, steps, inputs, lengths } = batch;
  const { readout, inputs: channels } = model.spec;
  if (rows < 1 || steps < 1) throw new InputError(`a batch needs rows and steps, got ${rows} rows of ${steps} steps`);
  if (inputs.length !== rows * steps * channels)
    throw new InputError(
      `the model reads ${channels} input${channels === 1 ? '' : 's'} a step; ` +
        `[${rows}, ${steps}, ${channels}] needs ${rows * steps * channels} values, got ${inputs.length}`,
    );
  const sequences: Record<string, Float32Array | Float64Array> = channels === 0 ? {} : { x: inputs };
  if (lengths !== undefined) {
    sequences.mask = maskOf(lengths, rows, steps);
    if (channels > 0) sequences.x = withoutPadding(inputs, lengths, steps, channels);
  }
  const carries: Record<string, Float64Array | Float32Array> = { ...givenState(model, batch) };
  if (batch.stepSizes !== undefined) sequences.dt = batch.stepSizes;
  if (batch.intervals !== undefined) Object.assign(sequences, intervalsOf(batch, batch.intervals));
  if (!loss) return { rows, steps, sequences, carries };
  const { target, weights } = targetsOf(model, batch);
  carries[adjointName('loss')] = new Float64Array(rows).fill(1 / rows);
  if (readout === 'last') carries.target = target;
  else {
    sequences.target = target;
    sequences.stepWeight = weights;
  }
  return { rows, steps, sequences, carries };
}

function intervalsOf(batch: Batch, interval: Float32Array | Float64Array) {
  const { rows, steps, parts } = batch;
  if (needsRefining(batch)) throw new Error('a batch with intervals above its longest step was not refined');
  const bad = interval.findIndex((own) => !(own >= 0) || own === Number.POSITIVE_INFINITY);
  if (bad >= 0 && bad % steps < (batch.lengths?.[Math.floor(bad / steps)] ?? steps))
    throw new InputError(
      `row ${Math.floor(bad / steps)}, step ${bad % steps}: interval ${interval[bad]} is not a number, 0 or more`,
    );
  const ends = Float64Array.from({ length: rows * steps }, (_, at) => (parts?.[at] ? 0 : 1));
  const begins = ends.map((_, at) => (at % steps === 0 ? 1 : ends[at - 1]!));
  return { interval: beyondEnds(interval, batch, 1), begins, ends };
}

/** What stands beyond a row's end is never used, but must have a root and a reciprocal. */
function beyondEnds(values: Float32Array | Float64Array, { rows, steps, lengths }: Batch, value: number) {
  if (lengths === undefined) return values;
  const filled = values.slice();
  for (let row = 0; row < rows; row++) filled.fill(value, row * steps + lengths[row]!, (row + 1) * steps);
  return filled;
}

/** The engine checks sizes; a carry that is not the model's would go unnoticed. */
function givenState({ state, clocks }: Model, batch: Batch): NonNullable<Batch['state']> {
  const given = batch.state ?? {};
  const strange = Object.keys(given).find((name) => state[name] === undefined && clocks[name] === undefined);
  if (strange !== undefined)
    throw new InputError(`state "${strange}" is not one of the model's: ${Object.keys(state).join(', ')}`);
  return given;
}

/** What stands beyond a row's end is never used, but a NaN there would spoil sums it enters with weight zero. */
function withoutPadding(
  inputs: Float32Array | Float64Array,
  lengths: ArrayLike<number>,
  steps: number,
  channels: number,
): Float32Array | Float64Array {
  const clean = inputs.slice();
  for (let row = 0; row < lengths.length; row++)
    clean.fill(0, (row * steps + lengths[row]!) * channels, (row + 1) * steps * channels);
  return clean;
}

function maskOf(lengths: ArrayLike<number>, rows: number, steps: number): Float64Array {
  if (lengths.length !== rows) throw new InputError(`expected ${rows} lengths (one a row), got ${lengths.length}`);
  const mask = new Float64Array(rows * steps);
  for (let row = 0; row < rows; row++) {
    const length = lengths[row]!;
    if (!Number.isInteger(length) || length < 1 || length > steps)
      throw new InputError(`row ${row}: length ${length} is not between 1 and the batch's ${steps} steps`);
    mask.fill(1, row * steps, row * steps + length);
  }
  return mask;
}
