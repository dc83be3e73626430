/**
 * Intervals of figures that are made of each class's own rates, such as balanced accuracy and macro-F1, for classes of few
 * rows. A resampling of rows cannot know what it has not seen: a class whose three rows are all answered rightly has no
 * spread to show. So the limits of each class's rates (mid-P, exact for few rows) are combined by recovering the variance
 * that each stands for, on the side where it matters (MOVER: Zou & Donner, *Construction of confidence limits about effect
 * measures*, Statist. Med. 2008; Newcombe 1998): the figure moved by each class's limit alone, added in squares. Of several
 * intervals this was the only one that held at every truth tried: `scripts/metric-coverage.mjs`, docs/tasks.md.
 *
 * Rows of each true class are independent of those of others and their number is taken as given. Where a row is several
 * readouts the class counts for as many trials as have the variance seen between rows.
 */
import { type Limits, midPLimits } from './binomial.js';
import { addCounts, countsSize, meanOverClasses } from './class-counts.js';
import { type Metric, metricOf } from './metric.js';
import { type ClassPredictions, largestAt, logitsAt } from './predictions.js';

/** How often each class (down) was answered with each (across), as counts or as expected counts. */
export type Counts = readonly Float64Array[];

export interface ClassFigure {
  readonly name: string;
  readonly describe: string;
  /** Of one class; NaN where it is left out. The metric is the mean over classes. */
  readonly figure: (right: number, labels: number, answers: number) => number;
  /** Whether it matters what else a class is answered with, or its right answers alone. */
  readonly confusions: boolean;
}

/** A mean over classes, with its interval; the standard error is the jackknife's over rows. */
export function classMetric({ name, describe, figure, confusions }: ClassFigure): Metric<ClassPredictions> {
  const summed = metricOf<ClassPredictions>({
    ...{ name, describe, better: 'higher', range: [0, 1], size: countsSize, add: addCounts },
    value: (sums) => meanOverClasses(sums, figure),
    undefinedWhere: 'no labels',
  });
  return {
    ...summed,
    estimate: (of) => {
      const estimate = summed.estimate(of);
      return estimate.value === null ? estimate : { ...estimate, ...limitsOf(figure, confusions, of), converged: true };
    },
  };
}

/** As `addCounts` adds them; an answer that was taken away without another in its place is none of a class. */
function sumsOf(counts: Counts, labels: readonly number[]): Float64Array {
  const sums = new Float64Array(3 * counts.length);
  for (const [k, own] of counts.entries()) {
    sums[3 * k + 1] = labels[k]!;
    for (const [j, count] of own.entries()) {
      if (j === k) sums[3 * k]! += count;
      sums[3 * j + 2]! += count;
    }
  }
  return sums;
}

function limitsOf(figure: ClassFigure['figure'], confusions: boolean, of: ClassPredictions): Limits {
  const { counts, trials } = confusionsOf(of);
  const labels = counts.map((own) => own.reduce((sum, count) => sum + count, 0));
  const value = (changed: Counts) => meanOverClasses(sumsOf(changed, labels), figure);
  const centre = value(counts);
  const limits = remembered(midPLimits);
  let [below, above] = [0, 0];
  for (let k = 0; k < of.classes; k++) {
    if (trials[k] === 0) continue;
    const moved = (direction: 'low' | 'high') => {
      const row = shifted({ counts, k, trials: trials[k]!, direction, confusions, value, limits });
      return value(counts.map((own, at) => (at === k ? row : own))) - centre;
    };
    below += Math.min(0, moved('low')) ** 2;
    above += Math.max(0, moved('high')) ** 2;
  }
  return { low: Math.max(0, centre - Math.sqrt(below)), high: Math.min(1, centre + Math.sqrt(above)) };
}

/** Most answers of many classes never occur: their limits are found once. */
function remembered(of: typeof midPLimits): typeof midPLimits {
  const known = new Map<string, Limits>();
  return (successes, trials) => {
    const key = `${successes} ${trials}`;
    const found = known.get(key) ?? of(successes, trials);
    known.set(key, found);
    return found;
  };
}

interface Shift {
  readonly limits: typeof midPLimits;
  readonly value: (counts: Counts) => number;
  readonly confusions: boolean;
  readonly counts: Counts;
  readonly k: number;
  readonly trials: number;
  readonly direction: 'low' | 'high';
}

/**
 * The row of class k with its right answers at their limit. What that takes from them, or gives, goes to the wrong answers
 * in the order in which they matter to the figure, to each no more than its own limit allows.
 */
function shifted({ counts, k, trials, direction, confusions, value, limits }: Shift): Float64Array {
  const own = counts[k]!;
  const total = own.reduce((sum, count) => sum + count, 0);
  const limitOf = (j: number): Limits => limits((own[j]! / total) * trials, trials);
  const row = own.slice();
  row[k] = total * limitOf(k)[direction];
  let left = Math.abs(row[k] - own[k]!);
  const sign = direction === 'low' ? 1 : -1;
  // A class that neither occurs nor is answered is no part of the figure.
  const present = (j: number) =>
    counts.some((from, at) => from[j]! > 0 || (at === j && from.some((count) => count > 0)));
  const others = [...own.keys()].filter((j) => j !== k && present(j));
  if (!confusions || others.length === 0) return row;
  // What a little of each wrong answer does; two classes leave nothing to choose.
  const slope = (j: number) => {
    const trial = own.slice();
    trial[j]! += sign * 1e-3 * total;
    trial[k]! -= sign * 1e-3 * total;
    return value(counts.map((from, at) => (at === k ? trial : from)));
  };
  const order = others.length === 1 ? others : rankedBy(others, slope, sign);
  for (const j of order) {
    const { low, high } = order.length === 1 ? { low: 0, high: 1 } : limitOf(j);
    const room = sign === 1 ? total * high - own[j]! : own[j]! - total * low;
    const by = Math.min(left, Math.max(0, room));
    row[j]! += sign * by;
    left -= by;
  }
  return row;
}

/** For the lower limit what lowers the figure most comes first, for the upper what raises it most. */
function rankedBy(classes: readonly number[], slope: (j: number) => number, sign: number): number[] {
  const found = new Map(classes.map((j) => [j, slope(j)]));
  return [...classes].sort((a, b) => sign * (found.get(a)! - found.get(b)!));
}

/** Counts of answers, and for how many independent trials those of each class stand. */
function confusionsOf(of: ClassPredictions): { readonly counts: Counts; readonly trials: readonly number[] } {
  const { classes, labels, rows } = of;
  const counts = Array.from({ length: classes }, () => new Float64Array(classes));
  const answers = Int32Array.from(labels, (_, at) => largestAt(logitsAt(of, at)));
  for (let at = 0; at < labels.length; at++) counts[labels[at]!]![answers[at]!]! += 1;
  const trials = counts.map((own) => own.reduce((sum, count) => sum + count, 0));
  if (rows.every((row, at) => at === 0 || row !== rows[at - 1])) return { counts, trials };
  return { counts, trials: trials.map((total, k) => (total === 0 ? 0 : effectiveTrials(of, answers, k, counts[k]!))) };
}

/**
 * The number of independent trials whose rates have the variance that those of class k have over rows: by the sums of
 * squares of what each row adds. Where the rows do not differ, as many trials as rows.
 */
function effectiveTrials(
  { labels, rows }: ClassPredictions,
  answers: Int32Array,
  k: number,
  own: Float64Array,
): number {
  const total = own.reduce((sum, count) => sum + count, 0);
  const rates = own.map((count) => count / total);
  const ofRow = new Float64Array(own.length);
  let [squares, independent, inRow] = [0, 0, 0];
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === k) {
      ofRow[answers[at]!]! += 1;
      inRow += 1;
    }
    if (rows[at] === rows[at + 1]) continue;
    if (inRow > 0) {
      independent += 1;
      squares += ofRow.reduce((sum, count, j) => sum + (count - inRow * rates[j]!) ** 2, 0);
    }
    ofRow.fill(0);
    inRow = 0;
  }
  const spread = rates.reduce((sum, rate) => sum + rate * (1 - rate), 0);
  return squares === 0 ? independent : Math.min(total, (spread * total * total) / squares);
}
