import { type ClassPredictions, largestAt, logitsAt } from './predictions.js';

/** [classes][classes]: how many readouts of each true class (row) were answered with each class (column). */
export function confusionMatrix(of: ClassPredictions): number[][] {
  const counts = Array.from({ length: of.classes }, () => new Array<number>(of.classes).fill(0));
  for (let at = 0; at < of.rows.length; at++) counts[of.labels[at]!]![largestAt(logitsAt(of, at))]! += 1;
  return counts;
}
