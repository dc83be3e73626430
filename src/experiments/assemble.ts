/** From the runs of a study to what is reported: accuracies, measures and paired differences with intervals. */
import type {
  Interval,
  StudyComparison,
  StudyDosePoint,
  StudyMeasureComparison,
  StudyOverall,
  StudyOverallComparison,
  StudyPoint,
  StudyResult,
  StudyRun,
} from '../result/study.js';
import {
  accuracyInterval,
  detectableDifference,
  mean,
  meanInterval,
  pairedInterval,
  verdictOf,
} from './statistics/intervals.js';
import { type Condition, conditionsOf, type Pair, perturbedConditions, type Study } from './study.js';

export const CLEAN: Condition = { kind: 'clean', strength: 0 };

type Scored = Pick<Study, 'perturbations' | 'attacks'>;

/** Clean, then every perturbed condition, then every attack. */
export function allConditions(study: Scored): Condition[] {
  return [CLEAN, ...perturbedConditions(study), ...conditionsOf(study.attacks?.of ?? [])];
}

/** A model's value by training seed. */
export type BySeed = ReadonlyMap<number, number>;

/** A model's accuracy under a condition by training seed, averaged over perturbation seeds; of the seeds that have it. */
export function accuraciesBySeed(runs: readonly StudyRun[], model: string, condition: Condition): BySeed {
  return bySeed(runs, model, (run) => accuracyUnder(run, condition));
}

/** As `accuraciesBySeed`, averaged over several conditions with equal weights. */
export function averageBySeed(runs: readonly StudyRun[], model: string, conditions: readonly Condition[]): BySeed {
  return bySeed(runs, model, (run) => mean(conditions.map((condition) => accuracyUnder(run, condition))));
}

/** Seeds for which the measure does not exist are left out. */
function measureBySeed(runs: readonly StudyRun[], model: string, measure: string): BySeed {
  return bySeed(runs, model, (run) => run.measures[measure] ?? Number.NaN);
}

/** The interval of first − second over the seeds that both have. */
export function pairedBySeed(first: BySeed, second: BySeed): Interval {
  const shared = [...first.keys()].filter((seed) => second.has(seed));
  return pairedInterval(
    shared.map((seed) => first.get(seed)!),
    shared.map((seed) => second.get(seed)!),
  );
}

export function pointsOf(study: Pick<Study, 'models'> & Scored, runs: readonly StudyRun[]): StudyPoint[] {
  // What an attack is measured against: the clean accuracy on its own rows.
  const unattacked = (study.attacks?.of ?? []).map(({ kind }): Condition => ({ kind, strength: 0 }));
  return [...allConditions(study), ...unattacked].flatMap((condition) =>
    study.models.map(({ id }) => ({
      model: id,
      ...condition,
      accuracy: accuracyInterval([...accuraciesBySeed(runs, id, condition).values()]),
    })),
  );
}

/** Which models have runs that stay below the accuracy of a trained network. */
export function underTrainedOf(
  { models, trainedFrom }: Pick<Study, 'models' | 'trainedFrom'>,
  runs: readonly StudyRun[],
): StudyResult['underTrained'] {
  if (trainedFrom === undefined) return null;
  const counts = models.map(({ id }) => {
    const own = runs.filter(({ model }) => model === id);
    return {
      model: id,
      runs: own.filter(({ validation }) => validation.accuracy < trainedFrom).length,
      of: own.length,
    };
  });
  return { below: trainedFrom, models: counts.filter((count) => count.runs > 0) };
}

/** Every model's accuracy averaged over all perturbed conditions. */
export function overallOf(study: Pick<Study, 'models' | 'perturbations'>, runs: readonly StudyRun[]): StudyOverall[] {
  const conditions = perturbedConditions(study);
  return study.models.map(({ id }) => ({
    model: id,
    accuracy: accuracyInterval([...averageBySeed(runs, id, conditions).values()]),
  }));
}

/** The pairs' differences of accuracies averaged over all perturbed conditions. */
export function overallComparisonsOf(
  study: Pick<Study, 'perturbations'>,
  pairs: readonly Pair[],
  runs: readonly StudyRun[],
): StudyOverallComparison[] {
  const conditions = perturbedConditions(study);
  return pairs.map(({ first, second }) => {
    const difference = pairedBySeed(averageBySeed(runs, first, conditions), averageBySeed(runs, second, conditions));
    return { first, second, difference, detectable: detectableDifference(difference), verdict: verdictOf(difference) };
  });
}

/** Pairs to compare: that of the question, and others. */
type Paired = Pick<Study, 'models' | 'others'> & { readonly primary: Pair };

/** The pairs whose models the study has, the primary pair first. */
export function pairsOf(study: Paired): Pair[] {
  const ids = new Set(study.models.map(({ id }) => id));
  return [study.primary, ...study.others].filter(({ first, second }) => ids.has(first) && ids.has(second));
}

/** Every pair under every condition. */
export function comparisonsOf(study: Paired & Scored, runs: readonly StudyRun[]): StudyComparison[] {
  return pairsOf(study).flatMap(({ first, second }) =>
    allConditions(study).map((condition) => {
      const difference = pairedBySeed(
        accuraciesBySeed(runs, first, condition),
        accuraciesBySeed(runs, second, condition),
      );
      const verdict = verdictOf(difference);
      return { first, second, ...condition, difference, detectable: detectableDifference(difference), verdict };
    }),
  );
}

/** Every pair of models of one cell, measure by measure; measures of different cells do not compare. */
export function measureComparisonsOf(
  study: Pick<Study, 'models' | 'primary' | 'others' | 'measures' | 'parallel' | 'streams'>,
  runs: readonly StudyRun[],
): StudyMeasureComparison[] {
  if (study.measures === undefined && study.parallel === undefined && study.streams === undefined) return [];
  return pairsOf({ ...study, others: [] }).flatMap(({ first, second }) =>
    measureNames(runs).map((measure) => ({
      ...{ first, second, measure },
      difference: pairedBySeed(measureBySeed(runs, first, measure), measureBySeed(runs, second, measure)),
    })),
  );
}

/** Clean accuracy, mean accuracy over all perturbations, and every measure, at each level of the noise. */
export function dosePointsOf(
  study: Pick<Study, 'perturbations'>,
  levels: readonly { readonly level: number; readonly model: string }[],
  runs: readonly StudyRun[],
): StudyDosePoint[] {
  const perturbed = perturbedConditions(study);
  const quantities: [string, (model: string) => BySeed][] = [
    ['clean', (model) => accuraciesBySeed(runs, model, CLEAN)],
    ['perturbed', (model) => averageBySeed(runs, model, perturbed)],
    ...measureNames(runs).map((name): [string, (model: string) => BySeed] => [
      name,
      (model) => measureBySeed(runs, model, name),
    ]),
  ];
  const zero = levels.find(({ level }) => level === 0);
  return quantities.flatMap(([quantity, valuesOf]) =>
    levels.map(({ level, model }) => {
      const values = valuesOf(model);
      const difference = zero === undefined || level === 0 ? null : pairedBySeed(values, valuesOf(zero.model));
      return { quantity, level, value: meanInterval([...values.values()]), difference };
    }),
  );
}

/** Weaker first: at one radius, each should leave no more accuracy than the one before. */
const ORDER = ['sign', 'fgsm', 'pgd'];
/** A search without gradients that does better than gradients would show that those are masked. */
const BLACK_BOX: [string, string][] = [['random-search', 'pgd']];

export function attackOrderOf(
  study: Pick<Study, 'models' | 'attacks'>,
  points: readonly StudyPoint[],
): StudyResult['attackOrder'] {
  const at = (model: string, kind: string, strength: number) =>
    points.find((point) => point.model === model && point.kind === kind && point.strength === strength)?.accuracy.value;
  const pairs = [...ORDER.slice(1).map((kind, index): [string, string] => [ORDER[index]!, kind]), ...BLACK_BOX];
  const radii = new Set(study.attacks?.of.flatMap(({ strengths }) => strengths) ?? []);
  const compared = study.models.flatMap(({ id: model }) =>
    [...radii].flatMap((strength) =>
      pairs.flatMap(([weaker, stronger]) => {
        const [a, b] = [at(model, weaker, strength), at(model, stronger, strength)];
        return a === undefined || b === undefined ? [] : [{ model, strength, stronger, weaker, difference: b - a }];
      }),
    ),
  );
  return { checked: compared.length, violations: compared.filter(({ difference }) => difference > 1e-12) };
}

function measureNames(runs: readonly StudyRun[]): string[] {
  return [...new Set(runs.flatMap(({ measures }) => Object.keys(measures)))];
}

function bySeed(runs: readonly StudyRun[], model: string, value: (run: StudyRun) => number): BySeed {
  const own = runs.filter((run) => run.model === model).sort((first, second) => first.seed - second.seed);
  return new Map(
    own.map((run): [number, number] => [run.seed, value(run)]).filter(([, measured]) => !Number.isNaN(measured)),
  );
}

function accuracyUnder(run: StudyRun, { kind, strength }: Condition): number {
  if (kind === CLEAN.kind) return run.test.accuracy;
  const found = run.perturbations.find((own) => own.kind === kind && own.strength === strength);
  if (found !== undefined) return mean(found.accuracies);
  // Only the first seeds are attacked.
  const attack = strength === 0 ? CLEAN.kind : kind;
  return run.attacks.find((own) => own.kind === attack && own.strength === strength)?.accuracy ?? Number.NaN;
}
