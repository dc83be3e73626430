/** The comparisons of a study that were fixed beforehand, from its runs, corrected together for their number. */
import { formatFixed, formatSignificant } from '../report/format.js';
import { measureText } from '../report/measures.js';
import type { Interval, StudyModel, StudyRun } from '../result/study.js';
import { averageBySeed, type BySeed, CLEAN, pairedBySeed } from './assemble.js';
import { detectableDifference } from './statistics/intervals.js';
import { holm, studentProbability } from './statistics/multiplicity.js';
import { type PlannedComparison, perturbedConditions, type Study, type StudyPlan } from './study.js';

export interface PlannedResult extends PlannedComparison {
  /** First minus second, paired by training seed; of logarithms to base 2 where so planned. */
  readonly difference: Interval;
  readonly detectable: number;
  /** Two-sided, of no difference, by Student's t; and after Holm's correction over all that was planned. */
  readonly probability: number;
  readonly adjusted: number;
  /** At 0.05 of the adjusted probability. */
  readonly verdict: 'as expected' | 'the other way' | 'cannot be told';
}

const LEVEL = 0.05;

type Asked = Pick<Study, 'perturbations'>;

/** Comparisons of models that were not run are left out, and not corrected for. */
export function plannedResults(study: Asked, { planned }: StudyPlan, runs: readonly StudyRun[]): PlannedResult[] {
  const found = planned.flatMap((comparison) => {
    const of = (model: string) => valuesBySeed(study, runs, model, comparison);
    const [first, second] = [of(comparison.first), of(comparison.second)];
    if (first.size === 0 || second.size === 0) return [];
    const difference = pairedBySeed(first, second);
    const probability = studentProbability(difference.value / difference.standardError, difference.count - 1);
    return [{ ...comparison, difference, detectable: detectableDifference(difference), probability }];
  });
  const adjusted = holm(found.map(({ probability }) => probability));
  return found.map((each, index) => ({
    ...each,
    adjusted: adjusted[index]!,
    verdict: verdictOf(each, adjusted[index]!),
  }));
}

function verdictOf({ difference, expected }: { difference: Interval; expected: string }, adjusted: number) {
  if (!(adjusted < LEVEL)) return 'cannot be told' as const;
  return difference.value > 0 === (expected === 'higher') ? ('as expected' as const) : ('the other way' as const);
}

/** A measure, or an accuracy, of each run of a model. */
export function valuesBySeed(
  study: Asked,
  runs: readonly StudyRun[],
  model: string,
  { measure, logarithm }: Pick<PlannedComparison, 'measure' | 'logarithm'>,
): BySeed {
  const scale = (value: number) => (logarithm ? Math.log2(value) : value);
  const conditions = measure === 'clean' ? [CLEAN] : measure === 'perturbed' ? perturbedConditions(study) : null;
  if (conditions !== null)
    return new Map([...averageBySeed(runs, model, conditions)].map(([seed, value]) => [seed, scale(value)]));
  const own = runs.filter((run) => run.model === model);
  return new Map(
    own.flatMap(({ seed, measures }) => {
      const value = measures[measure];
      return value === undefined || value === null ? [] : [[seed, scale(value)] as const];
    }),
  );
}

/** The plan's answer in words: the first comparison is that of the question. */
export function plannedAnswer(
  study: Study & { readonly plan: StudyPlan },
  runs: readonly StudyRun[],
  seeds: number,
): string {
  const results = plannedResults(study, study.plan, runs);
  const partial = seeds < study.seeds ? ` From ${seeds} of the ${study.seeds} seeds that are planned.` : '';
  const [first, ...others] = results;
  if (first === undefined) return `The two models of the question were not both run.${partial}`;
  const { better, worse, unclear } = study.primary;
  const finding = { 'as expected': better, 'the other way': worse, 'cannot be told': unclear }[first.verdict];
  const rest = others.map((each) => `${sentence(study.models, each)}: ${each.verdict}`);
  return (
    `${finding}: ${sentence(study.models, first)}.${partial}` +
    (rest.length === 0 ? '' : ` Planned besides: ${rest.join('; ')}.`) +
    ` Probabilities p are adjusted for the ${results.length} planned comparisons (Holm).`
  );
}

function sentence(models: readonly Pick<StudyModel, 'id' | 'label'>[], result: PlannedResult): string {
  const label = (id: string) => models.find((model) => model.id === id)?.label ?? id;
  const { value, low, high, count } = result.difference;
  const what = result.logarithm
    ? `halvings of ${measureText(result.measure).label}`
    : measureText(result.measure).label;
  const figures = result.logarithm ? [-value, -high, -low] : [value, low, high];
  const [middle, from, to] = figures.map((figure) => formatSignificant(figure, true));
  const range = count < 2 ? 'no interval' : `${from} to ${to}, p = ${probabilityText(result.adjusted)}`;
  return `${what}, “${label(result.first)}” − “${label(result.second)}”, ${middle} (${range}, ${count} pairs)`;
}

export function probabilityText(probability: number): string {
  if (Number.isNaN(probability)) return '–';
  return probability < 0.001 ? '< 0.001' : formatFixed(probability, 3);
}
