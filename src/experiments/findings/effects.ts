/** The effects that docs/findings.md puts side by side, from committed results alone. */
import type { Interval, StudyResult } from '../../result/study.js';
import { pairedBySeed } from '../assemble.js';
import { valuesBySeed } from '../planned.js';
import { detectableDifference, meanInterval } from '../statistics/intervals.js';
import { type MetaAnalysis, randomEffects } from '../statistics/meta.js';
import { holm, studentProbability } from '../statistics/multiplicity.js';
import type { Pair } from '../study.js';
import type { PublicBenchmark } from './public-benchmark.js';
import { pairedOn } from './public-benchmark.js';

/** The noisy network against its control, everywhere. */
export const PAIR: Pair = { first: 'noisy', second: 'control' };

/** One data set's effect of noise on accuracy under perturbed input. */
export interface Effect {
  readonly label: string;
  /** A study of its own, or one of the data sets of the public benchmark. */
  readonly kind: 'study' | 'benchmark';
  readonly difference: Interval;
}

/** Studies of a single seed have no standard error, and are left out. */
export function effectsOf(studies: readonly StudyResult[], benchmark: PublicBenchmark | null): Effect[] {
  const own = studies.flatMap((study): Effect[] => {
    const difference = differenceOf(study, PAIR, 'perturbed');
    return difference.count < 2 ? [] : [{ label: study.name, kind: 'study', difference }];
  });
  const others = (benchmark?.datasets ?? []).flatMap(({ name }): Effect[] => {
    const difference = pairedOn(benchmark!, name, PAIR, 'white0.5');
    return difference.count < 2 || difference.standardError === 0
      ? []
      : [{ label: name, kind: 'benchmark', difference }];
  });
  return [...own, ...others];
}

export function differenceOf(study: StudyResult, { first, second }: Pair, measure: string, logarithm?: true): Interval {
  const asked = { perturbations: study.protocol.perturbations };
  const of = (model: string) => valuesBySeed(asked, study.runs, model, { measure, ...(logarithm && { logarithm }) });
  return pairedBySeed(of(first), of(second));
}

export function metaOf(effects: readonly Effect[]): MetaAnalysis {
  return randomEffects(effects.map(({ difference }) => difference));
}

/** Claims of flatter minima, more stable dynamics and wider margins, and the side that each expects. */
const CLAIMS = [
  { measure: 'hessianMax', claim: 'flatness', expected: 'lower' },
  { measure: 'hessianTrace', claim: 'flatness', expected: 'lower' },
  { measure: 'exponent', claim: 'stability', expected: 'lower' },
  { measure: 'marginLinearised', claim: 'margin', expected: 'higher' },
  { measure: 'marginAttack', claim: 'margin', expected: 'higher' },
] as const;

export interface ClaimResult {
  readonly study: string;
  readonly measure: string;
  readonly claim: string;
  readonly difference: Interval;
  readonly detectable: number;
  readonly adjusted: number;
  readonly verdict: 'as claimed' | 'the other way' | 'cannot be told';
}

/** Every claim on every study that measured it, corrected together (Holm). */
export function claimsOf(studies: readonly StudyResult[]): ClaimResult[] {
  const found = studies
    .flatMap((study) =>
      CLAIMS.map((claim) => ({ ...claim, study: study.name, difference: differenceOf(study, PAIR, claim.measure) })),
    )
    .filter(({ difference }) => difference.count > 1);
  const adjusted = holm(
    found.map(({ difference: { value, standardError, count } }) =>
      studentProbability(value / standardError, count - 1),
    ),
  );
  return found.map(({ expected, ...each }, index) => {
    const right = each.difference.value > 0 === (expected === 'higher');
    const verdict = !(adjusted[index]! < 0.05) ? 'cannot be told' : right ? 'as claimed' : 'the other way';
    return { ...each, detectable: detectableDifference(each.difference), adjusted: adjusted[index]!, verdict };
  });
}

/** Mean over runs of one model, of the runs that have the measure. */
export function meanOfMeasure({ runs }: Pick<StudyResult, 'runs'>, model: string, measure: string): Interval | null {
  const values = runs.flatMap((run) => {
    const value = run.model === model ? run.measures[measure] : null;
    return value === null || value === undefined ? [] : [value];
  });
  return values.length === 0 ? null : meanInterval(values);
}

/** Spearman's rank correlation over all runs that have both measures; ties share their ranks. */
export function rankCorrelation({ runs }: Pick<StudyResult, 'runs'>, first: string, second: string) {
  const pairs = runs.flatMap(({ measures }) => {
    const [a, b] = [measures[first], measures[second]];
    return a === null || a === undefined || b === null || b === undefined ? [] : [[a, b] as const];
  });
  const ranks = (values: readonly number[]) =>
    values.map(
      (own) => values.filter((other) => other < own).length + (values.filter((other) => other === own).length + 1) / 2,
    );
  const [x, y] = [ranks(pairs.map(([a]) => a)), ranks(pairs.map(([, b]) => b))];
  const middle = (pairs.length + 1) / 2;
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, own, index) => sum + (own - middle) * (b[index]! - middle), 0);
  return { value: product(x, y) / Math.sqrt(product(x, x) * product(y, y)), count: pairs.length };
}
