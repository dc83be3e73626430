/**
 * A metric as a function of sums over readouts. The sums of each row are independent draws, so every metric has the same
 * standard error, by leaving out one row at a time (Efron & Stein, *The jackknife estimate of variance*, Ann. Statist.
 * 1981), whether a row is one readout or many steps that hang together.
 */
import { normalQuantile } from './interval.js';

/** A figure with its 95 % interval. */
export interface MetricEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
  /** Independent rows behind it. */
  readonly count: number;
  /** Nothing is drawn. */
  readonly seed: null;
  readonly converged: boolean;
}

/** A figure that these data do not have, and why. */
export interface MissingMetric {
  readonly value: null;
  readonly reason: string;
}

export type MetricFigure = MetricEstimate | MissingMetric;

export interface Metric<Predictions> {
  /** As in results: macroF1, meanSquaredError, … */
  readonly name: string;
  /** In words, with the formula where the words leave it open. */
  readonly describe: string;
  readonly better: 'higher' | 'lower';
  /** NaN where the data do not have it. */
  readonly value: (of: Predictions) => number;
  readonly estimate: (of: Predictions) => MetricFigure;
}

export interface SummedMetric<Predictions> {
  readonly name: string;
  readonly describe: string;
  readonly better: 'higher' | 'lower';
  /** Smallest and largest value that the metric can take: an interval is cut there. */
  readonly range: readonly [low: number, high: number];
  /** Number of sums. */
  readonly size: (of: Predictions) => number;
  /** Adds what readout `at` contributes. */
  readonly add: (of: Predictions, at: number, sums: Float64Array) => void;
  /** NaN where the sums do not determine it. */
  readonly value: (sums: Float64Array, of: Predictions) => number;
  /** Why the value is NaN. */
  readonly undefinedWhere: string;
}

export function metricOf<Predictions extends { readonly rows: Uint32Array }>(
  summed: SummedMetric<Predictions>,
): Metric<Predictions> {
  const { name, describe, better } = summed;
  return {
    name,
    describe,
    better,
    value: (of) => {
      const total = new Float64Array(summed.size(of));
      for (let at = 0; at < of.rows.length; at++) summed.add(of, at, total);
      return summed.value(total, of);
    },
    estimate: (of) => jackknifed(summed, of),
  };
}

/** A figure ± its standard error as a 95 % interval, cut to the range. */
export function estimateWith(
  value: number,
  standardError: number,
  count: number,
  [least, most]: readonly [low: number, high: number],
): MetricEstimate {
  const known = count > 1 && Number.isFinite(standardError);
  const half = known ? normalQuantile * standardError : Number.POSITIVE_INFINITY;
  return {
    value,
    low: Math.max(least, value - half),
    high: Math.min(most, value + half),
    standardError: known ? standardError : Number.NaN,
    count,
    seed: null,
    converged: known,
  };
}

function jackknifed<Predictions extends { readonly rows: Uint32Array }>(
  summed: SummedMetric<Predictions>,
  of: Predictions,
): MetricFigure {
  const parts = sumsByRow(summed, of);
  const total = new Float64Array(summed.size(of));
  for (const part of parts) for (let i = 0; i < total.length; i++) total[i]! += part[i]!;
  const value = summed.value(total, of);
  if (Number.isNaN(value)) return { value: null, reason: summed.undefinedWhere };
  const left = new Float64Array(total.length);
  const without = parts.map((part) => {
    for (let i = 0; i < left.length; i++) left[i] = total[i]! - part[i]!;
    return summed.value(left, of);
  });
  const count = parts.length;
  const mean = without.reduce((sum, own) => sum + own, 0) / count;
  const squares = without.reduce((sum, own) => sum + (own - mean) ** 2, 0);
  return estimateWith(value, Math.sqrt((squares * (count - 1)) / count), count, summed.range);
}

function sumsByRow<Predictions extends { readonly rows: Uint32Array }>(
  summed: SummedMetric<Predictions>,
  of: Predictions,
): Float64Array[] {
  const parts: Float64Array[] = [];
  for (let at = 0; at < of.rows.length; at++) {
    if (at === 0 || of.rows[at] !== of.rows[at - 1]) parts.push(new Float64Array(summed.size(of)));
    summed.add(of, at, parts.at(-1)!);
  }
  return parts;
}
