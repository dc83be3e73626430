/** In words, what becomes of the times of a table. */
import type { SequenceTable } from '../dataset.js';
import { countGaps } from './gaps.js';
import type { TimeScale } from './scale.js';
import { intervalsOf, inUnit } from './time-scale.js';
import { timeStepOf } from './time-step.js';

/**
 * What a person should know who gave no flag; nothing where the steps are as even, and as fast, as they are taken to be.
 * @param drifts whether some layer of the model has a drift.
 */
export function samplingNotes(table: SequenceTable, scale: TimeScale | null | undefined, drifts: boolean): string[] {
  const step = timeStepOf(table);
  if (!scale || step === null) return [];
  const { name } = table;
  const spread = `${inUnit(step.least, step.unit)} to ${inUnit(step.most, step.unit)}, median ${inUnit(step.median, step.unit)}`;
  if (!scale.follows) {
    if (step.even || scale.channel) return [];
    return [
      `${name}: its steps are uneven (${spread}) and are taken as even` +
        (drifts
          ? ' (--sampling even)'
          : ': a discrete cell has no use for times; --time-channel gives them as an input'),
    ];
  }
  if (intervalsOf(table, scale) === null) return [];
  const unit = inUnit(scale.median, scale.unit);
  const notes = [
    step.even
      ? `${name}: its steps of ${inUnit(step.median, step.unit)} are not the training data's of ${unit}; the model's steps are longer or shorter likewise`
      : `${name}: its steps are uneven (${spread}); the model's follow them, the step size δ being that of ${unit} (--sampling even takes them as even)`,
  ];
  const gaps = countGaps(table, scale);
  if (gaps > 0)
    notes.push(
      `${name}: ${gaps} step${gaps === 1 ? ' is' : 's are'} longer than ${scale.maxStep} medians (--max-step): ` +
        (scale.onGap === 'parts'
          ? 'taken in parts; --on-gap split begins a new series instead'
          : 'each begins a new series'),
    );
  return notes;
}
