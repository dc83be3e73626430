import type { StudyModel, StudyPoint, StudyResult } from '../result/study.js';
import { formatAccuracy } from './format.js';

/** What the input went through before it was classified: nothing (`clean`), or one kind and strength of perturbation. */
export interface Condition {
  kind: string;
  strength: number;
}

interface KindText {
  label: string;
  /** The symbol of the strength. */
  symbol: string;
  /** Title of an axis of strengths, with its unit. */
  axis: string;
}

const RADIUS = { symbol: 'r', axis: 'radius r (units of the data)' };

const LENGTH = { symbol: 'r', axis: 'length r of the change (l2, units of the data)' };

const KINDS: Record<string, KindText> = {
  white: { label: 'white noise', symbol: 'σ', axis: 'standard deviation σ (units of the data)' },
  multiplicative: { label: 'multiplicative noise', symbol: 'σ', axis: 'standard deviation σ (relative to the value)' },
  'salt-pepper': { label: 'salt and pepper', symbol: 'α', axis: 'fraction α of entries replaced' },
  sign: { label: 'random signs', ...RADIUS },
  fgsm: { label: 'gradient sign attack', ...RADIUS },
  pgd: { label: 'projected gradient attack', ...RADIUS },
  'pgd-l2': { label: 'projected gradient attack, l2', ...LENGTH },
  'random-search': { label: 'random search', ...RADIUS },
  'random-search-l2': { label: 'random search, l2', ...LENGTH },
  missing: { label: 'missing samples', symbol: 'p', axis: 'share p of steps lost' },
  shift: { label: 'time shift', symbol: 's', axis: 'shift s (steps)' },
  warp: { label: 'time warp', symbol: 's', axis: 'change s of speed (relative)' },
  drift: { label: 'sensor drift', symbol: 'σ', axis: 'standard deviation σ at the last step (units of the data)' },
  burst: { label: 'burst noise', symbol: 'σ', axis: 'standard deviation σ within the burst (units of the data)' },
};

/** How a kind of perturbation is written; a kind not known here goes by its own name. */
export function kindText(kind: string): KindText {
  return (Object.hasOwn(KINDS, kind) && KINDS[kind]) || { label: kind, symbol: 'strength', axis: 'strength' };
}

export function isClean(condition: Condition): boolean {
  return condition.kind === 'clean';
}

/** `σ = 0.2`, with spaces at which no line breaks. */
export function strengthLabel({ kind, strength }: Condition): string {
  return `${kindText(kind).symbol}\u00a0=\u00a0${strength}`;
}

/** `clean`, or `white noise, σ = 0.2`. */
export function conditionLabel(condition: Condition): string {
  return isClean(condition) ? 'clean' : `${kindText(condition.kind).label}, ${strengthLabel(condition)}`;
}

function sameCondition(first: Condition, second: Condition): boolean {
  return first.kind === second.kind && first.strength === second.strength;
}

/**
 * Every condition that was measured, each once: clean first, then kinds in the order of the result, weakest first. A kind
 * at strength 0 is no condition of its own: it is the clean input, or the part of it that attacks were tried on.
 */
export function conditionsOf(points: readonly Condition[]): Condition[] {
  const kinds = [...new Set(points.map((point) => point.kind))].sort(
    (first, second) => Number(second === 'clean') - Number(first === 'clean'),
  );
  return kinds.flatMap((kind) => {
    const strengths = new Set(points.filter((point) => point.kind === kind).map((point) => point.strength));
    const listed = [...strengths].filter((strength) => strength !== 0 || kind === 'clean');
    return listed.sort((first, second) => first - second).map((strength) => ({ kind, strength }));
  });
}

/** The kinds of perturbation, in the order of the result. */
export function perturbationKinds(result: StudyResult): string[] {
  return [...new Set(result.points.map((point) => point.kind))].filter((kind) => kind !== 'clean');
}

export function pointAt(result: StudyResult, model: string, condition: Condition): StudyPoint | undefined {
  return result.points.find((point) => point.model === model && sameCondition(point, condition));
}

/** Models that tables set side by side: levels of the noise stand in figures of their own. */
export function tabledModels(result: StudyResult): StudyModel[] {
  return result.models.filter(({ role }) => role !== 'dose');
}

/**
 * The models of the tables with the highest accuracy under a condition. Accuracies that print alike share the mark: the mark says
 * nothing that the printed figures do not.
 */
export function bestModels(result: StudyResult, condition: Condition): Set<string> {
  const tabled = new Set(tabledModels(result).map(({ id }) => id));
  const measured = result.points.filter(
    (point) => tabled.has(point.model) && sameCondition(point, condition) && Number.isFinite(point.accuracy.value),
  );
  const best = formatAccuracy(Math.max(...measured.map((point) => point.accuracy.value)));
  return new Set(measured.filter((point) => formatAccuracy(point.accuracy.value) === best).map((point) => point.model));
}

/** `under-trained`, or in how many of its runs a model is; undefined where it is in none. */
export function trainingRemark({ underTrained }: StudyResult, id: string): string | undefined {
  const own = underTrained?.models.find(({ model }) => model === id);
  if (own === undefined) return undefined;
  return own.runs === own.of ? 'under-trained' : `under-trained in ${own.runs} of ${own.of} runs`;
}

/** A model's label, with what its training lacked. */
export function remarkedLabel(result: StudyResult, { id, label }: StudyModel): string {
  const remark = trainingRemark(result, id);
  return remark === undefined ? label : `${label} (${remark})`;
}

/** A model's label, or its id where the result describes no such model. */
export function modelLabel(result: StudyResult, id: string): string {
  return result.models.find((model) => model.id === id)?.label ?? id;
}
