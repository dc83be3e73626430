/** What balanced accuracy and F1 are made of: for each class, how often it was right, how often it was, how often said. */
import { type ClassPredictions, largestAt, logitsAt } from './predictions.js';

/** Sums of a class: [right answers, labels, answers], one after another. */
export const countsSize = ({ classes }: ClassPredictions): number => 3 * classes;

export function addCounts(of: ClassPredictions, at: number, sums: Float64Array): void {
  const label = of.labels[at]!;
  const answer = largestAt(logitsAt(of, at));
  if (answer === label) sums[3 * label]! += 1;
  sums[3 * label + 1]! += 1;
  sums[3 * answer + 2]! += 1;
}

/** The mean over the classes for which the figure is a number. */
export function meanOverClasses(
  sums: Float64Array,
  figure: (right: number, labels: number, answers: number) => number,
): number {
  let [total, count] = [0, 0];
  for (let start = 0; start < sums.length; start += 3) {
    const own = figure(sums[start]!, sums[start + 1]!, sums[start + 2]!);
    if (Number.isNaN(own)) continue;
    total += own;
    count += 1;
  }
  return total / count;
}
