/**
 * What a run keeps of the times of its training data, and what that makes of other data: the time each step covers, in
 * steps of the training data. Data sampled as evenly, and as fast, as the training data have none to keep.
 */
import { InputError } from '../../errors.js';
import type { SequenceTable } from '../dataset.js';
import { lengthOf } from '../lengths.js';
import type { GapRule, Sampling, TimeScale } from './scale.js';
import { evenTolerance, measured, stepsOf } from './time-step.js';
import { unitFactor } from './units.js';

/** Name of the input that `channel` adds. */
export const timeChannelName = 'Δt';

/** Whether the run cannot say what a step does without knowing how long it takes. */
export function needsTimes(time: TimeScale | null | undefined): boolean {
  return time != null && ((time.follows && !time.even) || time.channel);
}

/** What the settings ask of the times. */
export interface SamplingSettings {
  readonly sampling?: Sampling | undefined;
  readonly maxStep?: number | undefined;
  readonly onGap?: GapRule | undefined;
  readonly timeChannel?: boolean | undefined;
}

export const usualMaxStep = 10;

/**
 * @param drifts whether some layer of the model has a drift, so that its step has a length.
 * @returns null where the data have no times.
 * @throws InputError if the settings ask for times that there are not, or of a model that has no use for them.
 */
export function timeScaleOf(train: SequenceTable, settings: SamplingSettings, drifts: boolean): TimeScale | null {
  const { sampling = 'auto', maxStep = usualMaxStep, onGap = 'parts', timeChannel: channel = false } = settings;
  if (sampling === 'times' && !drifts)
    throw new InputError(
      'sampling times: every cell of the model is a discrete step, which has no length to follow the times with; give the ' +
        'times as an input (--time-channel), or a cell with a drift, such as --model noisy',
    );
  const found = measured(train);
  if (found === null) {
    if (sampling === 'times' || channel)
      throw new InputError(
        `${train.name}: has no times to sample by, and ${channel ? '--time-channel' : '--sampling times'} needs them; name ` +
          'their column (--time-column)',
      );
    return null;
  }
  return {
    ...{ ...found.step, median: found.length },
    ...{ follows: drifts && sampling !== 'even', maxStep, onGap, channel },
  };
}

/** Steps so much longer or shorter than the training data's are more likely in another unit than at another rate. */
const mostRate = 100;
/** More parts for each step than this, over a whole table, are more likely a mistake than worth the time. */
const mostParts = 50;

/**
 * The time each step covers in steps of the training data, [rows, steps]; the first of each row covers one.
 * @returns null where each covers one, or the run does not follow times.
 * @throws InputError for data without times where the run was trained on uneven ones, or times that cannot be meant.
 */
export function intervalsOf(table: SequenceTable, scale: TimeScale | null | undefined): Float64Array | null {
  if (!scale?.follows) return null;
  const rate = rateOf(table, scale);
  if (rate === null) return null;
  const { ratio, even, length, tolerance } = rate;
  if (even && Math.abs(ratio - 1) <= tolerance) return null;
  const intervals = stepsOf(table, table.times!);
  const unit = length / ratio;
  for (let row = 0; row < table.rows; row++) intervals[row * table.steps] = unit;
  let [parts, steps] = [0, 0];
  for (let row = 0; row < table.rows; row++)
    for (let step = 0; step < table.steps; step++) {
      const at = row * table.steps + step;
      if (step >= lengthOf(table, row)) {
        intervals[at] = 1;
        continue;
      }
      // Steps that only their digits tell apart are alike.
      intervals[at] = step > 0 && even ? ratio : intervals[at]! / unit;
      parts += Math.ceil(intervals[at]! / scale.maxStep);
      steps += 1;
    }
  if (scale.onGap === 'parts' && parts > mostParts * steps)
    throw new InputError(
      `${table.name}: its gaps would be taken in ${parts} parts for ${steps} steps; let gaps begin a new series (--on-gap ` +
        'split), take longer parts (--max-step), or leave the times out (--sampling even)',
    );
  return intervals;
}

/** Null where nothing says that the table is sampled otherwise than the training data. */
function rateOf(table: SequenceTable, scale: TimeScale) {
  if (!table.times) {
    if (scale.even) return null;
    throw new InputError(
      `${table.name}: has no times, and the run was trained on uneven ones (median step ${inUnit(scale.median, scale.unit)}); ` +
        'give their column (--time-column)',
    );
  }
  const found = measured(table);
  if (found === null) return null;
  const factor = unitFactor(table.times.unit, scale.unit);
  if (factor === null)
    throw new InputError(
      `${table.name}: its times are in '${table.times.unit}', and the training data's in '${scale.unit}'; give them in one unit`,
    );
  const { length, step } = found;
  const ratio = (length * factor) / scale.median;
  if (ratio > mostRate || ratio < 1 / mostRate)
    throw new InputError(
      `${table.name}: its steps (median ${inUnit(length, table.times.unit)}) are ${Number(ratio.toPrecision(2))} times as long as ` +
        `the training data's (median ${inUnit(scale.median, scale.unit)}); give the times in the same unit`,
    );
  // The last digit of a row's first and last time, over its steps.
  const digits = (2 * table.times.resolution * factor) / (scale.median * Math.max(1, table.steps - 1));
  const tolerance = Math.max(evenTolerance, step.even && scale.even ? digits : 0);
  return { ratio, even: step.even, length, tolerance };
}

export function inUnit(value: number, unit: string | null): string {
  return `${Number(value.toPrecision(4))}${unit === null ? '' : ` ${unit}`}`;
}
