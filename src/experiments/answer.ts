/** The answer of a study in words, composed from its numbers alone. */
import { formatFixed } from '../report/format.js';
import type { Interval, StudyComparison, StudyOverallComparison, StudyResult } from '../result/study.js';
import { type Pair, perturbedConditions, type Study } from './study.js';

type Asked = Pick<Study, 'models' | 'perturbations' | 'primary' | 'seeds'>;

/** What was found. */
interface Findings {
  readonly overall: readonly StudyOverallComparison[];
  readonly comparisons: readonly StudyComparison[];
  readonly underTrained: StudyResult['underTrained'];
  /** Number of training seeds that were run. */
  readonly seeds: number;
}

/**
 * The finding rests on one interval fixed beforehand, the mean over all perturbed conditions; the conditions one by one
 * are counted, and said to be uncorrected for their number.
 */
export function composeAnswer(study: Asked, { overall, comparisons, underTrained, seeds }: Findings): string {
  const { primary } = study;
  const partial = seeds < study.seeds && `From ${seeds} of the ${study.seeds} seeds that are planned.`;
  const asked = overall.find((own) => isSame(own, primary));
  if (asked === undefined)
    return [`The two models of the question were not both run.`, partial].filter(Boolean).join(' ');
  const clean = comparisons.find((own) => isSame(own, primary) && own.kind === 'clean');
  return [
    `${finding(primary, asked)}: ${subject(study, primary)}, averaged over the ${conditionCount(study)}, is ${points(asked.difference)}.`,
    partial,
    untrained(study, underTrained),
    asked.verdict === 'inconclusive' && unresolved(asked),
    clean && `On clean input it is ${points(clean.difference, false)}: ${clean.verdict}.`,
    besides(study, overall),
    oneByOne(study, comparisons),
  ]
    .filter(Boolean)
    .join(' ');
}

function isSame(pair: Pair, other: Pair): boolean {
  return pair.first === other.first && pair.second === other.second;
}

function finding({ better, worse, unclear }: Study['primary'], { verdict }: StudyOverallComparison): string {
  return { supported: better, contradicted: worse, inconclusive: unclear }[verdict];
}

/** Networks that had not learned the task say little about trained ones. */
function untrained(study: Asked, found: Findings['underTrained']): string {
  const levels = new Set(study.models.filter(({ role }) => role === 'dose').map(({ id }) => id));
  const own = found?.models.filter(({ model }) => !levels.has(model)) ?? [];
  if (found === null || own.length === 0) return '';
  const each = own.map(
    ({ model, runs, of }) => `“${labelOf(study, model)}” (${runs} of ${of} ${of === 1 ? 'run' : 'runs'})`,
  );
  return `Under-trained, with a validation accuracy that stays below ${found.below}: ${each.join(', ')}.`;
}

/** What it would have taken. */
function unresolved({ detectable }: StudyOverallComparison): string {
  const found = Number.isFinite(detectable)
    ? `A true difference of ${formatFixed(100 * detectable, 1)} points would have been found in 80 of 100 such studies. `
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
function besides(study: Asked, overall: readonly StudyOverallComparison[]): string {
  const others = overall.filter((pair) => !isSame(pair, study.primary));
  if (others.length === 0) return '';
  const each = others.map(({ first, second, difference, verdict }) => {
    const names = `“${labelOf(study, first)}” − “${labelOf(study, second)}” ${points(difference, false)}`;
    return verdict === 'inconclusive' ? `${names}, inconclusive` : names;
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
  // Of a single seed no comparison has an interval.
  if (own.every(({ difference }) => Number.isNaN(difference.low))) return '';
  const count = (verdict: StudyComparison['verdict']) => own.filter((each) => each.verdict === verdict).length;
  return (
    `Taken one by one, the interval lies above zero in ${count('supported')} and below zero in ` +
    `${count('contradicted')} of the first pair’s ${own.length} conditions (clean and attacks included); the ${comparisons.length} ` +
    'single comparisons are not corrected for their number, and where nothing differs about one in twenty would still exclude zero.'
  );
}
