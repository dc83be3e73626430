import { metricNamed } from '../metrics/index.js';

/** What of an epoch decides whether its weights are kept. */
export interface ValidationScore {
  readonly validationAccuracy: number;
  readonly validationLoss: number;
  /** By name; needed to select by one of them. */
  readonly validationMetrics?: Readonly<Record<string, number>>;
}

/** `accuracy`, `loss`, or the name of a metric. */
export type SelectionMetric = string;

/** The metric itself, the higher the better; what early stopping watches. */
export function meritOf(score: ValidationScore, metric: SelectionMetric): number {
  if (metric === 'accuracy') return score.validationAccuracy;
  if (metric === 'loss') return -score.validationLoss;
  const value = score.validationMetrics?.[metric] ?? Number.NaN;
  return metricNamed(metric)?.better === 'lower' ? -value : value;
}

/**
 * Whether the candidate's weights should replace the best so far: by the metric with ties decided by loss, or by the loss
 * with ties decided by accuracy. The earlier epoch stays when both are equal. NaN is worse than any number, so that a
 * diverged epoch never replaces a sound one and is itself replaced by the first sound one.
 */
export function better(
  candidate: ValidationScore,
  best: ValidationScore | undefined,
  metric: SelectionMetric = 'accuracy',
): boolean {
  if (best === undefined) return true;
  const byMetric = order(meritOf(candidate, metric), meritOf(best, metric));
  const other = metric === 'loss' ? 'accuracy' : 'loss';
  return (byMetric || order(meritOf(candidate, other), meritOf(best, other))) > 0;
}

/** 1 where the first is higher, −1 where the second is, 0 where neither; NaN is lowest. */
function order(first: number, second: number): number {
  if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(second)) - Number(Number.isNaN(first));
  return Number(first > second) - Number(first < second);
}
