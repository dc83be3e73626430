/** Whether figures of two runs mean the same thing, so that their difference means anything. */
import type { RunRecord } from '../train/run-record.js';

/** Why the answers of the two are of different questions, or null. */
export function answersUnlike(first: RunRecord, second: RunRecord): string | null {
  const [a, b] = [first.document, second.document];
  if (a.settings.task !== b.settings.task)
    return `they answer different questions (task ${a.settings.task} and ${b.settings.task})`;
  const [own, other] = [a.preprocessing.classes, b.preprocessing.classes].map((classes) => [...classes].sort());
  return own!.join('\0') === other!.join('\0') ? null : 'they know different classes';
}

/** Why the losses of the two are not of one kind, or null. */
export function lossesUnlike(first: RunRecord, second: RunRecord): string | null {
  const [a, b] = [first.document, second.document];
  if (a.settings.loss !== b.settings.loss) return `one is ${a.settings.loss}, the other ${b.settings.loss}`;
  if (a.settings.readout !== b.settings.readout)
    return 'one is of the last step, the other a mean over all steps (readout)';
  // Weights belong to classes, whose order may differ.
  const weightsOf = ({ preprocessing: { classes, classWeights } }: typeof a) =>
    classWeights && JSON.stringify(classes.map((name, k) => [name, classWeights[k]]).sort());
  if (weightsOf(a) !== weightsOf(b)) return 'their classes weigh differently (classWeights)';
  const unitsOf = ({ preprocessing: { targets } }: typeof a) => targets && JSON.stringify(targets.scale);
  if (unitsOf(a) !== unitsOf(b)) return 'each is in standard deviations of its own training targets, which differ';
  return null;
}
