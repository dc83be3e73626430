/** The answer of a study in words, composed from its numbers alone. */
import { formatFixed } from '../report/format.js';
import type { Interval, StudyComparison, StudyRun } from '../result/study.js';
import { averageBySeed } from './assemble.js';
import { pairedInterval, verdictOf } from './statistics/intervals.js';
import { type Pair, perturbedConditions, type Study } from './study.js';

type Asked = Pick<Study, 'models' | 'perturbations' | 'primary' | 'others'>;

/**
 * The finding rests on one interval fixed beforehand, the mean over all perturbed conditions; the conditions one by one
 * are counted, and said to be uncorrected for their number.
 */
export function composeAnswer(
  study: Asked,
  runs: readonly StudyRun[],
  comparisons: readonly StudyComparison[],
): string {
  const { primary } = study;
  const overall = differenceOverall(study, runs, primary);
  const clean = own(comparisons, primary).find(({ kind }) => kind === 'clean');
  return [
    `${finding(primary, overall)}: ${subject(study, primary)}, averaged over the ${conditionCount(study)}, is ${points(overall)}.`,
    verdictOf(overall) === 'inconclusive' && 'More training seeds (--seeds) narrow the interval.',
    clean && `On clean input it is ${points(clean.difference, false)}: ${outcome(study, clean)}.`,
    ...study.others.map((pair) => {
      const difference = differenceOverall(study, runs, pair);
      const verdict = outcome(study, { ...pair, verdict: verdictOf(difference) });
      return `${capital(subject(study, pair))}, averaged likewise, is ${points(difference, false)}: ${verdict}.`;
    }),
    oneByOne(study, own(comparisons, primary)),
  ]
    .filter(Boolean)
    .join(' ');
}

/** Paired difference of the accuracies averaged over all perturbed conditions. */
export function differenceOverall(study: Asked, runs: readonly StudyRun[], { first, second }: Pair): Interval {
  const conditions = perturbedConditions(study);
  return pairedInterval(averageBySeed(runs, first, conditions), averageBySeed(runs, second, conditions));
}

function finding({ better, worse, unclear }: Study['primary'], overall: Interval): string {
  return { 'first better': better, 'second better': worse, inconclusive: unclear }[verdictOf(overall)];
}

function own(comparisons: readonly StudyComparison[], { first, second }: Pair): StudyComparison[] {
  return comparisons.filter((each) => each.first === first && each.second === second);
}

function subject({ models }: Asked, { first, second }: Pair): string {
  const label = (id: string) => models.find((model) => model.id === id)?.label ?? id;
  return `the test accuracy of “${label(first)}” minus that of “${label(second)}”`;
}

function conditionCount(study: Asked): string {
  const count = perturbedConditions(study).length;
  return count === 1 ? 'one kind and strength of perturbation' : `${count} kinds and strengths of perturbation`;
}

function outcome({ models }: Asked, { first, second, verdict }: Pair & Pick<StudyComparison, 'verdict'>): string {
  if (verdict === 'inconclusive') return 'inconclusive';
  const id = verdict === 'first better' ? first : second;
  return `“${models.find((model) => model.id === id)?.label ?? id}” is better`;
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

function oneByOne(study: Asked, comparisons: readonly StudyComparison[]): string {
  const count = (verdict: StudyComparison['verdict']) => comparisons.filter((each) => each.verdict === verdict).length;
  const all = [study.primary, ...study.others].length * comparisons.length;
  return (
    `Taken one by one, the interval lies above zero in ${count('first better')} and below zero in ` +
    `${count('second better')} of the first pair’s ${comparisons.length} conditions (clean included); the ${all} single ` +
    'comparisons are not corrected for their number, and where nothing differs about one in twenty would still exclude zero.'
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
