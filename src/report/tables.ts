/** A study's tables as text, each once, for whatever format they are written in. */
import type { Interval, StudyResult } from '../result/study.js';
import { bestModels, conditionLabel, conditionsOf, modelLabel, pointAt, tabledModels } from './conditions.js';
import { formatAccuracy, formatDifference } from './format.js';

export interface TextTable {
  readonly id: string;
  readonly title: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Cell {
  readonly text: string;
  /** The best of its row. */
  readonly best?: boolean;
}

/** Accuracies with half their 95 % interval; the best among the models of each row are marked. */
export function accuracyTable(result: StudyResult): TextTable {
  const models = tabledModels(result);
  return {
    id: 'accuracy',
    title: 'Test accuracy ± half its 95 % interval',
    heading: ['test accuracy', ...models.map(({ label }) => label)],
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
        `${formatDifference(difference.low)} to ${formatDifference(difference.high)}`,
        formatAccuracyDifference(detectable),
        verdict,
      ].map((text) => ({ text })),
    ),
  };
}

function formatAccuracyDifference(value: number): string {
  return formatDifference(value).replace('+', '');
}

function accuracyText(accuracy: Interval | undefined): string {
  if (accuracy === undefined) return '–';
  const { value, low, high } = accuracy;
  return `${formatAccuracy(value)} ± ${formatAccuracy((high - low) / 2)}`;
}
