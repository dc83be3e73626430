/**
 * Area under the receiver operating characteristic: the chance that a row of the class scores higher than one of another
 * class, ties counting half. Of two classes the second against the first; of more, each against the rest, averaged.
 */
import { estimateWith, type Metric } from './metric.js';
import { type ClassPredictions, isDefined, logitsAt, logSumExp } from './predictions.js';

export const auroc: Metric<ClassPredictions> = {
  name: 'auroc',
  describe: 'area under the ROC curve; of more than two classes each against the rest, averaged',
  better: 'higher',
  value: (of) => {
    const areas = areasOf(of);
    return areas.reduce((sum, { area }) => sum + area, 0) / areas.length;
  },
  estimate: (of) => {
    const undefinedOutputs = of.labels.reduce((sum, _, at) => sum + (isDefined(logitsAt(of, at)) ? 0 : 1), 0);
    if (undefinedOutputs > 0)
      return {
        value: null,
        reason: `${undefinedOutputs} of ${of.labels.length} outputs are not numbers and have no rank`,
      };
    const areas = areasOf(of);
    if (areas.length === 0) return { value: null, reason: 'every label is of one class, and a curve needs two' };
    const value = areas.reduce((sum, { area }) => sum + area, 0) / areas.length;
    const influence = new Float64Array(of.rows.length);
    for (const { influences } of areas)
      for (let at = 0; at < influence.length; at++) influence[at]! += influences[at]! / areas.length;
    return estimateWith(value, standardErrorOf(of, influence), new Set(of.rows).size, [0, 1]);
  },
};

interface Area {
  readonly area: number;
  /** [count], by how much each readout moves the area from its expectation; they sum to 0 in either class. */
  readonly influences: Float64Array;
}

/** One area for each class that has rows both in it and out of it; of two classes the second's alone. */
function areasOf(of: ClassPredictions): Area[] {
  const classes = of.classes === 2 ? [1] : Array.from({ length: of.classes }, (_, k) => k);
  return classes.flatMap((k) => areaOf(of, k) ?? []);
}

/**
 * DeLong, DeLong & Clarke-Pearson, Biometrics 1988, by mid-ranks: Sun & Xu, *Fast implementation of DeLong's algorithm*,
 * IEEE Signal Processing Letters 2014.
 */
function areaOf(of: ClassPredictions, k: number): Area | null {
  const count = of.rows.length;
  // The log-odds of the class, exact where its probability has rounded to 1.
  const scores = Float64Array.from({ length: count }, (_, at) => {
    const logits = logitsAt(of, at);
    return logits[k]! - logSumExp(logits, k);
  });
  const all = Array.from({ length: count }, (_, at) => at);
  const inside = all.filter((at) => of.labels[at] === k);
  const outside = all.filter((at) => of.labels[at] !== k);
  if (inside.length === 0 || outside.length === 0) return null;
  const ranks = midRanks(scores, all);
  const above = new Float64Array(count);
  for (const group of [inside, outside]) {
    const own = midRanks(scores, group);
    for (const at of group) above[at] = ranks[at]! - own[at]!;
  }
  // `above` counts the readouts of the other group that score lower.
  const area = inside.reduce((sum, at) => sum + above[at]!, 0) / (inside.length * outside.length);
  const influences = new Float64Array(count);
  for (const at of inside) influences[at] = (above[at]! / outside.length - area) / inside.length;
  for (const at of outside) influences[at] = (1 - above[at]! / inside.length - area) / outside.length;
  return { area, influences };
}

/** Ranks from 1 of the readouts named, ties sharing their mean; at their own places, 0 elsewhere. */
function midRanks(scores: Float64Array, among: readonly number[]): Float64Array {
  const order = [...among].sort((a, b) => scores[a]! - scores[b]!);
  const ranks = new Float64Array(scores.length);
  for (let start = 0; start < order.length; ) {
    // The first belongs to its own ties, whatever it is: a value that is not a number equals nothing.
    let end = start + 1;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end += 1;
    for (let place = start; place < end; place++) ranks[order[place]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Where a row is one readout, the rows of each class are a sample of their own (DeLong's variance); where it has several,
 * the rows are the sample and their readouts' influences add up (Obuchowski, Biometrics 1997).
 */
function standardErrorOf(of: ClassPredictions, influence: Float64Array): number {
  const strata = new Map<number, Map<number, number>>();
  const single = new Set(of.rows).size === of.rows.length;
  for (let at = 0; at < influence.length; at++) {
    const stratum = single ? of.labels[at]! : 0;
    const sums = strata.get(stratum) ?? new Map<number, number>();
    strata.set(stratum, sums);
    const row = of.rows[at]!;
    sums.set(row, (sums.get(row) ?? 0) + influence[at]!);
  }
  let variance = 0;
  for (const sums of strata.values()) {
    const values = [...sums.values()];
    const mean = values.reduce((sum, own) => sum + own, 0) / values.length;
    // Of a class with a single row nothing is known about its spread: NaN, and no interval.
    const squares = values.reduce((sum, own) => sum + (own - mean) ** 2, 0);
    variance += (squares * values.length) / (values.length - 1);
  }
  return Math.sqrt(variance);
}
