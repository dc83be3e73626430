import type { Interval, StudyResult } from '../result/study.js';
import { conditionLabel, conditionsOf, pointAt } from './conditions.js';
import { formatAccuracy, formatDifference } from './format.js';

/** A study's tables in Markdown: accuracies with half their 95 % interval, and paired differences with theirs. */
export function studyMarkdown(result: StudyResult): string {
  return `${accuracies(result)}\n\n${differences(result)}\n`;
}

function accuracies(result: StudyResult): string {
  const { models, points } = result;
  const rows = conditionsOf(points).map((condition) => [
    conditionLabel(condition),
    ...models.map(({ id }) => cell(pointAt(result, id, condition)?.accuracy)),
  ]);
  return table(['test accuracy', ...models.map(({ label }) => label)], rows);
}

function differences({ models, comparisons }: StudyResult): string {
  const labelOf = new Map(models.map(({ id, label }) => [id, label]));
  const rows = comparisons.map(({ first, second, kind, strength, difference: { value, low, high }, verdict }) => [
    `${labelOf.get(first)} − ${labelOf.get(second)}`,
    conditionLabel({ kind, strength }),
    formatDifference(value),
    `${formatDifference(low)} to ${formatDifference(high)}`,
    verdict,
  ]);
  return table(['pair', 'input', 'difference', '95 % interval', 'verdict'], rows);
}

function cell(accuracy: Interval | undefined): string {
  if (accuracy === undefined) return '–';
  const { value, low, high } = accuracy;
  return `${formatAccuracy(value)} ± ${formatAccuracy((high - low) / 2)}`;
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}
