/** A study's tables as text, each once, for whatever format they are written in. */
import type { Interval, StudyResult } from '../result/study.js';
import {
  bestModels,
  conditionLabel,
  conditionsOf,
  modelLabel,
  pointAt,
  remarkedLabel,
  tabledModels,
} from './conditions.js';
import { formatAccuracy, formatDifference, formatFixed, formatSignificant } from './format.js';
import { measureText } from './measures.js';

export interface TextTable {
  readonly id: string;
  readonly title: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Cell {
  readonly text: string;
  /** The best of its row, or clearly different from zero. */
  readonly best?: boolean;
}

/** Accuracies with half their 95 % interval; the best among the models of each row are marked. */
export function accuracyTable(result: StudyResult): TextTable {
  const models = tabledModels(result);
  return {
    id: 'accuracy',
    title: 'Test accuracy ± half its 95 % interval',
    heading: ['test accuracy', ...models.map((model) => remarkedLabel(result, model))],
    rows: conditionsOf(result.points).map((condition) => {
      const best = bestModels(result, condition);
      return [
        { text: conditionLabel(condition) },
        ...models.map(({ id }) => ({
          text: accuracyText(pointAt(result, id, condition)?.accuracy),
          best: best.has(id),
        })),
      ];
    }),
  };
}

export function comparisonTable(result: StudyResult): TextTable {
  return {
    id: 'comparisons',
    title: 'Paired differences of test accuracy, and the smallest that would be found in 80 of 100 such studies',
    heading: ['pair', 'input', 'difference', '95 % interval', 'detectable', 'verdict'],
    rows: result.comparisons.map(({ first, second, difference, detectable, verdict, ...condition }) =>
      [
        `${modelLabel(result, first)} − ${modelLabel(result, second)}`,
        conditionLabel(condition),
        formatDifference(difference.value),
        Number.isNaN(difference.low)
          ? '–'
          : `${formatDifference(difference.low)} to ${formatDifference(difference.high)}`,
        formatAccuracyDifference(detectable),
        verdict,
      ].map((text) => ({ text })),
    ),
  };
}

/** Each quantity at each level of the noise, and in brackets its paired difference from level 0; bold where that is clear. */
export function doseTable({ dose }: StudyResult): TextTable {
  const levels = dose?.levels.map(({ level }) => level) ?? [];
  const quantities = [...new Set(dose?.points.map(({ quantity }) => quantity) ?? [])];
  return {
    id: 'dose',
    title: `By ${dose?.label ?? 'noise level'}, with the paired difference from level 0 and its 95 % interval`,
    heading: ['quantity', ...levels.map(String)],
    rows: quantities.map((name) => [
      { text: measureText(name).label },
      ...levels.map((level): Cell => {
        const point = dose?.points.find((own) => own.quantity === name && own.level === level);
        const value = formatSignificant(point?.value.value ?? null);
        if (point === undefined || point.difference === null) return { text: value };
        return { text: `${value} (${rangeText(point.difference)})`, best: isClear(point.difference) };
      }),
    ]),
  };
}

export function measureTable(result: StudyResult): TextTable {
  return {
    id: 'measures',
    title: 'Paired differences of what `analyze` measures',
    heading: ['pair', 'measure', 'difference', '95 % interval', 'seeds'],
    rows: result.measureComparisons.map(({ first, second, measure, difference }) => [
      { text: `${modelLabel(result, first)} − ${modelLabel(result, second)}` },
      { text: measureText(measure).label },
      { text: formatSignificant(difference.value, true), best: isClear(difference) },
      { text: rangeText(difference) },
      { text: String(difference.count) },
    ]),
  };
}

/** What was chosen on validation data, and the mean accuracies of all candidates. */
export function searchTable({ searches }: StudyResult): TextTable {
  return {
    id: 'search',
    title: 'Chosen by validation accuracy (mean over the search’s seeds)',
    heading: ['search', 'candidates', 'chosen'],
    rows: searches.map(({ label, candidates, chosen }) => [
      { text: label },
      { text: candidates.map((own) => `${own.label}: ${formatFixed(meanOf(own.accuracies), 3)}`).join('; ') },
      { text: chosen },
    ]),
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rangeText({ low, high }: Interval): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'no interval';
  return `${formatSignificant(low, true)} to ${formatSignificant(high, true)}`;
}

function isClear({ low, high }: Interval): boolean {
  return low > 0 || high < 0;
}

function formatAccuracyDifference(value: number): string {
  return formatDifference(value).replace('+', '');
}

function accuracyText(accuracy: Interval | undefined): string {
  if (accuracy === undefined) return '–';
  const { value, low, high } = accuracy;
  return `${formatAccuracy(value)} ± ${formatAccuracy((high - low) / 2)}`;
}
