import type { Engine } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import type { Batch, Model } from '../../model/index.js';
import { type Estimate, type Figure, type Missing, meanOf, missing } from '../estimate.js';
import { type AttackOptions, smallestAttack } from './attack.js';
import { certifiableModel, certifiedMargins, lipschitzBound, longest } from './certified.js';
import { createClassifier, rivals } from './classifier.js';
import { linearisedMargins } from './linearised.js';
import { localMargins } from './local.js';

/** One kind of margin over the batch: per sample, and as a distribution over the correctly classified samples. */
export interface MarginDistribution {
  /** [rows]; 0 when misclassified, null where there is no value. */
  readonly perSample: readonly (number | null)[];
  /** Mean over correct samples, with its standard error over samples. */
  readonly mean: Figure;
  readonly median: number | null;
  /** 5 %, 25 %, 75 % and 95 % points. */
  readonly quantiles: readonly (number | null)[];
}

export interface MarginFigures {
  readonly linearised: MarginDistribution & { readonly spectral: MarginDistribution };
  readonly certified: (MarginDistribution & { readonly contraction: number }) | Missing;
  /** Certified from the slopes near each sample: never below the global certificate. */
  readonly local: MarginDistribution | Missing;
  readonly attack: MarginDistribution;
  /** Median over correct samples of certified / attack: 1 would be a perfect certificate. */
  readonly tightness: Figure;
  /** The same of the local certificate. */
  readonly localTightness: Figure;
  /** Correctly classified rows, of all. */
  readonly correct: number;
  readonly count: number;
}

/**
 * How far, in the l2 norm of the whole input sequence, each sample is from being misclassified: to first order, as
 * certified lower bounds (from slopes anywhere, and from those near the sample), and as an upper bound by attack.
 */
export async function analyzeMargins(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: AttackOptions = {},
): Promise<MarginFigures> {
  const classifier = createClassifier(model, engine, parameters, batch);
  const logits = await classifier.logits(classifier.inputs);
  const { lead } = rivals(classifier, logits);
  const correct = Array.from(lead, (own) => own > 0);
  const { pairwise, spectral } = await linearisedMargins(classifier);
  const { radii } = await smallestAttack(classifier, options);
  const describe = (values: Float64Array) => distribution(values, correct);
  const attack = describe(radii);
  const shared = {
    linearised: { ...describe(pairwise), spectral: describe(spectral) },
    attack,
    correct: correct.filter(Boolean).length,
    count: batch.rows,
  };
  const certifiable = await certifiableModel(model, parameters, batch.intervals !== undefined);
  if ('reason' in certifiable) {
    const none = missing(certifiable.reason);
    return { ...shared, certified: none, local: none, tightness: none, localTightness: none };
  }
  const bound = lipschitzBound(certifiable, longest(batch));
  const certified = certifiedMargins(classifier, logits, parameters, bound);
  const near = localMargins(model, parameters, batch, classifier, logits, certifiable);
  const local = 'reason' in near ? near : near.map((own, row) => Math.max(own, certified[row]!));
  const tightnessOf = (values: Float64Array): Figure => {
    const found = [...values.keys()].filter((row) => correct[row] && Number.isFinite(radii[row]!));
    if (found.length === 0) return missing('no attack succeeded on a correct sample');
    return medianOf(found.map((row) => values[row]! / radii[row]!));
  };
  return {
    ...shared,
    certified: { ...describe(certified), contraction: bound.contraction },
    local: 'reason' in local ? local : describe(local),
    tightness: tightnessOf(certified),
    localTightness: 'reason' in local ? local : tightnessOf(local),
  };
}

function distribution(values: Float64Array, correct: readonly boolean[]): MarginDistribution {
  const own = [...values].filter((value, row) => correct[row] && Number.isFinite(value)).sort((a, b) => a - b);
  return {
    perSample: Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
    mean: own.length === 0 ? missing('no correctly classified sample has a finite value') : meanOf(own),
    median: quantile(own, 0.5),
    quantiles: [0.05, 0.25, 0.75, 0.95].map((share) => quantile(own, share)),
  };
}

/** Linear interpolation between order statistics of sorted values. */
function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (at - Math.floor(at)) * (high - low);
}

/** The median, with the error that its order statistics' 68 % interval gives (binomial; David & Nagaraja 2003, §7.1). */
function medianOf(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const half = 0.5 / Math.sqrt(sorted.length);
  const [low, high] = [quantile(sorted, Math.max(0, 0.5 - half))!, quantile(sorted, Math.min(1, 0.5 + half))!];
  const { count, converged } = meanOf(sorted);
  return { value: quantile(sorted, 0.5)!, standardError: (high - low) / 2, count, seed: null, converged };
}
