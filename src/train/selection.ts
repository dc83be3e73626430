import type { EpochRecord } from '../result/study.js';

/** What of an epoch decides whether its weights are kept. */
export type ValidationScore = Pick<EpochRecord, 'validationAccuracy' | 'validationLoss'>;

export type SelectionMetric = 'accuracy' | 'loss';

/** The metric itself, the higher the better; what early stopping watches. */
export function meritOf(score: ValidationScore, metric: SelectionMetric): number {
  return metric === 'accuracy' ? score.validationAccuracy : -score.validationLoss;
}

/**
 * Whether the candidate's weights should replace the best so far: by accuracy with ties decided by loss, or (`loss`)
 * the other way round. The earlier epoch stays when both are equal. NaN is worse than any number, so that a diverged
 * epoch never replaces a sound one and is itself replaced by the first sound one.
 */
export function better(
  candidate: ValidationScore,
  best: ValidationScore | undefined,
  metric: SelectionMetric = 'accuracy',
): boolean {
  if (best === undefined) return true;
  const byAccuracy = order(candidate.validationAccuracy, best.validationAccuracy);
  const byLoss = order(-candidate.validationLoss, -best.validationLoss);
  return (metric === 'accuracy' ? byAccuracy || byLoss : byLoss || byAccuracy) > 0;
}

/** 1 where the first is higher, −1 where the second is, 0 where neither; NaN is lowest. */
function order(first: number, second: number): number {
  if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(second)) - Number(Number.isNaN(first));
  return Number(first > second) - Number(first < second);
}
