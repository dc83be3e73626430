/** Several studies of one effect put together. */
import type { Interval } from '../../result/study.js';
import { studentQuantile } from './student.js';

export interface MetaAnalysis {
  /** The mean effect over studies like these, with its 95 % interval. */
  readonly mean: Interval;
  /** Deviation of the studies' true effects from each other. */
  readonly between: number;
  /** Of the spread, the share that is not within studies: I². */
  readonly inconsistency: number;
  /** Where the true effect of a further study lies, 95 %; NaN from fewer than three studies. */
  readonly prediction: { readonly low: number; readonly high: number };
  /** The weight of each study, adding up to 1. */
  readonly weights: readonly number[];
}

/**
 * Random effects: variance between studies by DerSimonian & Laird (Controlled Clinical Trials 1986), interval of the mean
 * by Hartung & Knapp (Statistics in Medicine 2001; never narrower than without), prediction by Higgins et al. (JRSS A 2009).
 * @param effects with their standard errors, positive; at least two.
 */
export function randomEffects(effects: readonly Pick<Interval, 'value' | 'standardError'>[]): MetaAnalysis {
  const count = effects.length;
  const fixed = effects.map(({ standardError }) => 1 / standardError ** 2);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const weighted = (weights: readonly number[]) =>
    sum(effects.map(({ value }, index) => weights[index]! * value)) / sum(weights);
  const centre = weighted(fixed);
  const spread = sum(effects.map(({ value }, index) => fixed[index]! * (value - centre) ** 2));
  const scale = sum(fixed) - sum(fixed.map((weight) => weight ** 2)) / sum(fixed);
  const variance = Math.max(0, (spread - (count - 1)) / scale);
  const weights = effects.map(({ standardError }) => 1 / (standardError ** 2 + variance));
  const value = weighted(weights);
  const own = sum(effects.map((effect, index) => weights[index]! * (effect.value - value) ** 2)) / (count - 1);
  const standardError = Math.sqrt(Math.max(1, own) / sum(weights));
  const half = studentQuantile(0.95, count - 1) * standardError;
  const reach = count < 3 ? Number.NaN : studentQuantile(0.95, count - 2) * Math.sqrt(variance + 1 / sum(weights));
  return {
    mean: { value, low: value - half, high: value + half, standardError, count },
    between: Math.sqrt(variance),
    inconsistency: spread === 0 ? 0 : Math.max(0, (spread - (count - 1)) / spread),
    prediction: { low: value - reach, high: value + reach },
    weights: weights.map((weight) => weight / sum(weights)),
  };
}
