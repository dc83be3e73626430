import type { StudyResult } from '../result/study.js';
import { modelLabel, trainingRemark } from './conditions.js';

/** Every accuracy of every model as numbers in full, a row each (RFC 4180). */
export function accuraciesCsv(result: StudyResult): string {
  const heading = [
    'model',
    'label',
    'input',
    'strength',
    'accuracy',
    'low',
    'high',
    'standard error',
    'seeds',
    'remark',
  ];
  const rows = result.points.map(({ model, kind, strength, accuracy }) => [
    ...[model, modelLabel(result, model), kind, strength],
    ...[accuracy.value, accuracy.low, accuracy.high, accuracy.standardError, accuracy.count],
    trainingRemark(result, model) ?? '',
  ]);
  return csv([heading, ...rows]);
}

/** Every paired difference as numbers in full, a row each. */
export function comparisonsCsv(result: StudyResult): string {
  const heading = [
    'first',
    'second',
    'input',
    'strength',
    'difference',
    'low',
    'high',
    'detectable',
    'seeds',
    'verdict',
  ];
  const rows = result.comparisons.map(({ first, second, kind, strength, difference, detectable, verdict }) => [
    ...[first, second, kind, strength],
    ...[difference.value, difference.low, difference.high, detectable, difference.count, verdict],
  ]);
  return csv([heading, ...rows]);
}

function csv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  // What cannot be known is left empty.
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
