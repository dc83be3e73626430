/** What training with noise gained, beside what there was to gain: the accuracy that the control loses. */
import type { Interval, StudyResult } from '../result/study.js';
import { accuraciesBySeed, averageBySeed, type BySeed, CLEAN, pairedBySeed } from './assemble.js';
import { mean, meanInterval } from './statistics/intervals.js';
import { studentQuantile } from './statistics/student.js';
import { type Condition, conditionsOf, type Pair, perturbedConditions } from './study.js';

/** Under one condition, of the pair that the study's answer rests on; shares of 1, all intervals over training seeds. */
export interface Headroom extends Condition {
  /** Clean accuracy minus that under the condition, on the same rows: of the model without noise, and of that with. */
  readonly controlLoss: Interval;
  readonly noisyLoss: Interval;
  /** Accuracy of the noisy model minus that of its control. */
  readonly gain: Interval;
}

/** Every perturbed condition and every attack, in the order of the study. */
export function headroomOf({ runs, protocol, overallComparisons }: StudyResult): Headroom[] {
  const { first: noisy, second: control } = overallComparisons[0]!;
  const attacked = conditionsOf(protocol.attacks?.of ?? []);
  return [...perturbedConditions(protocol), ...attacked].map((condition) => {
    // Attacks are made on part of the rows, which have a clean accuracy of their own.
    const unharmed = attacked.includes(condition) ? { kind: condition.kind, strength: 0 } : CLEAN;
    const loss = (model: string) =>
      pairedBySeed(accuraciesBySeed(runs, model, unharmed), accuraciesBySeed(runs, model, condition));
    const gain = pairedBySeed(accuraciesBySeed(runs, noisy, condition), accuraciesBySeed(runs, control, condition));
    return { ...condition, controlLoss: loss(control), noisyLoss: loss(noisy), gain };
  });
}

/**
 * Over the perturbed conditions, the correlation of the control's mean loss with the mean gain of noise. Both contain the
 * control's accuracy under the condition, which alone would tie them; so the loss is of one half of the seeds and the gain of the
 * other: of even and odd seeds, then of odd and even.
 */
export function splitCorrelation(result: StudyResult): [number, number] {
  const halfOf = (remainder: number) => {
    const runs = result.runs.filter(({ seed }) => seed % 2 === remainder);
    return headroomOf({ ...result, runs }).slice(0, perturbedConditions(result.protocol).length);
  };
  const [even, odd] = [halfOf(0), halfOf(1)];
  const of = (losses: readonly Headroom[], gains: readonly Headroom[]) =>
    correlation(
      losses.map(({ controlLoss }) => controlLoss.value),
      gains.map(({ gain }) => gain.value),
    );
  return [of(even, odd), of(odd, even)];
}

function correlation(first: readonly number[], second: readonly number[]): number {
  const [a, b] = [first, second].map((values) => values.map((value) => value - mean(values))) as [number[], number[]];
  const product = (x: readonly number[], y: readonly number[]) => x.reduce((sum, each, at) => sum + each * y[at]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/** One pair of a search: a noisy model and its control. */
export interface SearchedGain extends Pair {
  /** Of the control: accuracy on clean input, and what it loses on average over the study's conditions and the stronger ones. */
  readonly controlClean: Interval;
  readonly controlLoss: Interval;
  readonly controlLossStronger: Interval;
  /** Noisy minus control: on clean input, over the study's conditions, and over the stronger ones. */
  readonly clean: Interval;
  readonly perturbed: Interval;
  readonly stronger: Interval;
  /** How much larger the gain over the study's conditions is than that of the first pair; null of the first pair. */
  readonly change: Interval | null;
}

/**
 * Every pair of a search.
 * @param conditions those of the study that the search explains; the search's others are the stronger ones.
 */
export function searchedGains(
  { runs, protocol, overallComparisons }: StudyResult,
  conditions: readonly Condition[],
): SearchedGain[] {
  const isAmong = ({ kind, strength }: Condition) =>
    conditions.some((own) => own.kind === kind && own.strength === strength);
  const stronger = perturbedConditions(protocol).filter((condition) => !isAmong(condition));
  const over = (model: string) => averageBySeed(runs, model, conditions);
  const gainBySeed = ({ first, second }: Pair) => minus(over(first), over(second));
  const chosen = gainBySeed(overallComparisons[0]!);
  return overallComparisons.map((pair, index) => {
    const { first, second } = pair;
    const cleanOf = (model: string) => accuraciesBySeed(runs, model, CLEAN);
    const strongerOf = (model: string) => averageBySeed(runs, model, stronger);
    return {
      ...{ first, second },
      controlClean: meanInterval([...cleanOf(second).values()]),
      controlLoss: pairedBySeed(cleanOf(second), over(second)),
      controlLossStronger: pairedBySeed(cleanOf(second), strongerOf(second)),
      clean: pairedBySeed(cleanOf(first), cleanOf(second)),
      perturbed: pairedBySeed(over(first), over(second)),
      stronger: pairedBySeed(strongerOf(first), strongerOf(second)),
      change: index === 0 ? null : pairedBySeed(gainBySeed(pair), chosen),
    };
  });
}

/** Whether an interval of 95 % for `number` comparisons together (Bonferroni) leaves 0 out. */
export function standsCorrected({ value, standardError, count }: Interval, number: number): boolean {
  return count > 1 && Math.abs(value) > studentQuantile(1 - 0.05 / number, count - 1) * standardError;
}

function minus(first: BySeed, second: BySeed): BySeed {
  return new Map([...first].flatMap(([seed, value]) => (second.has(seed) ? [[seed, value - second.get(seed)!]] : [])));
}
