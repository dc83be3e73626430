/** The answer of a study in words, composed from its numbers alone. */
import { formatFixed } from '../report/format.js';
import type { Interval, StudyComparison, StudyRun } from '../result/study.js';
import { averageBySeed, pairedBySeed, pairsOf } from './assemble.js';
import { detectableDifference, verdictOf } from './statistics/intervals.js';
import { type Pair, perturbedConditions, type Study } from './study.js';

type Asked = Pick<Study, 'models' | 'perturbations' | 'attacks' | 'primary' | 'others' | 'seeds'>;

/**
 * The finding rests on one interval fixed beforehand, the mean over all perturbed conditions; the conditions one by one
 * are counted, and said to be uncorrected for their number.
 * @param seeds that were run.
 */
export function composeAnswer(
  study: Asked,
  runs: readonly StudyRun[],
  comparisons: readonly StudyComparison[],
  seeds: number,
): string {
  const { primary } = study;
  const pairs = pairsOf(study);
  const partial = seeds < study.seeds && `From ${seeds} of the ${study.seeds} seeds that are planned.`;
  if (!pairs.some((pair) => isSame(pair, primary)))
    return [`The two models of the question were not both run.`, partial].filter(Boolean).join(' ');
  const overall = differenceOverall(study, runs, primary);
  const clean = comparisons.find((own) => isSame(own, primary) && own.kind === 'clean');
  return [
    `${finding(primary, overall)}: ${subject(study, primary)}, averaged over the ${conditionCount(study)}, is ${points(overall)}.`,
    partial,
    verdictOf(overall) === 'inconclusive' && unresolved(overall),
    clean && `On clean input it is ${points(clean.difference, false)}: ${clean.verdict}.`,
    besides(study, runs, pairs),
    oneByOne(study, comparisons),
  ]
    .filter(Boolean)
    .join(' ');
}

/** Paired difference of the accuracies averaged over all perturbed conditions. */
export function differenceOverall(study: Asked, runs: readonly StudyRun[], { first, second }: Pair): Interval {
  const conditions = perturbedConditions(study);
  return pairedBySeed(averageBySeed(runs, first, conditions), averageBySeed(runs, second, conditions));
}

function isSame(pair: Pair, other: Pair): boolean {
  return pair.first === other.first && pair.second === other.second;
}

function finding({ better, worse, unclear }: Study['primary'], overall: Interval): string {
  return { supported: better, contradicted: worse, inconclusive: unclear }[verdictOf(overall)];
}

/** What it would have taken. */
function unresolved(overall: Interval): string {
  const smallest = detectableDifference(overall);
  const found = Number.isFinite(smallest)
    ? `A true difference of ${formatFixed(100 * smallest, 1)} points would have been found in 80 of 100 such studies. `
    : '';
  return `${found}More training seeds (--seeds) narrow the interval.`;
}

function labelOf({ models }: Asked, id: string): string {
  return models.find((model) => model.id === id)?.label ?? id;
}

function subject(study: Asked, { first, second }: Pair): string {
  return `the test accuracy of “${labelOf(study, first)}” minus that of “${labelOf(study, second)}”`;
}

function conditionCount(study: Asked): string {
  const count = perturbedConditions(study).length;
  return count === 1 ? 'one kind and strength of perturbation' : `${count} kinds and strengths of perturbation`;
}

/** The other pairs, averaged likewise. */
function besides(study: Asked, runs: readonly StudyRun[], pairs: readonly Pair[]): string {
  const others = pairs.filter((pair) => !isSame(pair, study.primary));
  if (others.length === 0) return '';
  const each = others.map((pair) => {
    const difference = differenceOverall(study, runs, pair);
    const names = `“${labelOf(study, pair.first)}” − “${labelOf(study, pair.second)}” ${points(difference, false)}`;
    return verdictOf(difference) === 'inconclusive' ? `${names}, inconclusive` : names;
  });
  return `Other differences, averaged likewise: ${each.join('; ')}.`;
}

/** `+1.3 percentage points (95 % interval −0.2 to +2.8, paired by 3 training seeds)`. */
function points({ value, low, high, count }: Interval, full = true): string {
  const unit = full ? ' percentage points' : '';
  if (count < 2) return `${signed(value)}${unit} (no interval: it takes two training seeds or more)`;
  const range = `${signed(low)} to ${signed(high)}`;
  return full
    ? `${signed(value)}${unit} (95 % interval ${range}, paired by ${count} training seeds)`
    : `${signed(value)} (${range})`;
}

function signed(share: number): string {
  const text = formatFixed(100 * share, 1);
  return share > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function oneByOne({ primary }: Asked, comparisons: readonly StudyComparison[]): string {
  const own = comparisons.filter((pair) => isSame(pair, primary));
  const count = (verdict: StudyComparison['verdict']) => own.filter((each) => each.verdict === verdict).length;
  return (
    `Taken one by one, the interval lies above zero in ${count('supported')} and below zero in ` +
    `${count('contradicted')} of the first pair’s ${own.length} conditions (clean and attacks included); the ${comparisons.length} ` +
    'single comparisons are not corrected for their number, and where nothing differs about one in twenty would still exclude zero.'
  );
}
