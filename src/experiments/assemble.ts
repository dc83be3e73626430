/** From the runs of a study to what is reported: accuracies and paired differences with intervals. */
import type { StudyComparison, StudyPoint, StudyRun } from '../result/study.js';
import { accuracyInterval, mean, pairedInterval, verdictOf } from './statistics/intervals.js';
import { type Condition, type Pair, perturbedConditions, type Study } from './study.js';

const CLEAN: Condition = { kind: 'clean', strength: 0 };

/** Clean, then every perturbed condition. */
export function allConditions(study: Pick<Study, 'perturbations'>): Condition[] {
  return [CLEAN, ...perturbedConditions(study)];
}

/** A model's accuracies under a condition, one a training seed in increasing order, averaged over perturbation seeds. */
export function accuraciesBySeed(runs: readonly StudyRun[], model: string, condition: Condition): number[] {
  return ofModel(runs, model).map((run) => accuracyUnder(run, condition));
}

/** As `accuraciesBySeed`, averaged over several conditions with equal weights. */
export function averageBySeed(runs: readonly StudyRun[], model: string, conditions: readonly Condition[]): number[] {
  return ofModel(runs, model).map((run) => mean(conditions.map((condition) => accuracyUnder(run, condition))));
}

export function pointsOf(study: Pick<Study, 'models' | 'perturbations'>, runs: readonly StudyRun[]): StudyPoint[] {
  return allConditions(study).flatMap((condition) =>
    study.models.map(({ id }) => ({
      model: id,
      ...condition,
      accuracy: accuracyInterval(accuraciesBySeed(runs, id, condition)),
    })),
  );
}

/** Every pair under every condition, the primary pair first. */
export function comparisonsOf(
  study: Pick<Study, 'primary' | 'others' | 'perturbations'>,
  runs: readonly StudyRun[],
): StudyComparison[] {
  return [study.primary, ...study.others].flatMap(({ first, second }: Pair) =>
    allConditions(study).map((condition) => {
      const difference = pairedInterval(
        accuraciesBySeed(runs, first, condition),
        accuraciesBySeed(runs, second, condition),
      );
      return { first, second, ...condition, difference, verdict: verdictOf(difference) };
    }),
  );
}

function ofModel(runs: readonly StudyRun[], model: string): StudyRun[] {
  return runs.filter((run) => run.model === model).sort((first, second) => first.seed - second.seed);
}

function accuracyUnder(run: StudyRun, { kind, strength }: Condition): number {
  if (kind === CLEAN.kind) return run.test.accuracy;
  const found = run.perturbations.find((own) => own.kind === kind && own.strength === strength);
  if (found === undefined) throw new Error(`run ${run.model}, seed ${run.seed} has no ${kind} ${strength}`);
  return mean(found.accuracies);
}
