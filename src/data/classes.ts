/** From labels as they are written to class indices. */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';

/** @throws InputError if there is nothing to learn: neither labels nor targets; or for a negative class index. */
export function classesOf(table: SequenceTable): string[] {
  const { name, targets, stepLabels } = table;
  const labels = table.labels ?? stepLabels?.filter((label) => label !== null);
  if (!labels) {
    if (targets) return [];
    throw new InputError(`${name}: training data needs labels, and this has none.`);
  }
  if (table.indexLabels) return indexClasses(labels, name);
  const distinct = [...new Set(labels)];
  if (!distinct.every(isNumeric)) return distinct.sort(byCodePoint);
  // "1" and "1.0000000e+00" are one class, named as first written.
  const byValue = new Map<number, string>();
  for (const label of distinct) if (!byValue.has(Number(label))) byValue.set(Number(label), label);
  return [...byValue].sort(([first], [second]) => first - second).map(([, label]) => label);
}

function indexClasses(labels: readonly string[], name: string): string[] {
  const negative = labels.findIndex((label) => Number(label) < 0);
  if (negative >= 0)
    throw new InputError(
      `${name}: row ${negative + 1} has label ${labels[negative]}; class indices must be 0 or larger.`,
    );
  const largest = labels.reduce((most, label) => Math.max(most, Number(label)), 0);
  if (largest > 65535)
    throw new InputError(`${name}: largest class index is ${largest}; expected indices 0 to 65535 without big gaps.`);
  return Array.from({ length: largest + 1 }, (_, index) => String(index));
}

/** [rows], or null where there are no labels. @throws InputError for a label that is none of the classes. */
export function classIndices(table: SequenceTable, classes: readonly string[]): Int32Array | null {
  if (table.labels === null) return null;
  const indexOf = classFinder(table, classes);
  return Int32Array.from(table.labels, (label, row) => indexOf(label, () => `row ${row + 1}`));
}

/** [rows · steps], −1 where there is no label; null where no step has one. @throws InputError as `classIndices`. */
export function stepClassIndices(table: SequenceTable, classes: readonly string[]): Int32Array | null {
  const { stepLabels, steps } = table;
  if (!stepLabels) return null;
  const indexOf = classFinder(table, classes);
  const place = (index: number) => `row ${Math.floor(index / steps) + 1}, step ${(index % steps) + 1}`;
  return Int32Array.from(stepLabels, (label, index) => (label === null ? -1 : indexOf(label, () => place(index))));
}

function classFinder({ name, indexLabels }: SequenceTable, classes: readonly string[]) {
  const numeric = classes.every(isNumeric);
  const indices = new Map<string | number, number>();
  classes.forEach((label, index) => {
    indices.set(numeric ? Number(label) : label, index);
  });
  return (label: string, place: () => string): number => {
    const index = indexLabels
      ? indexWithin(Number(label), classes.length)
      : indices.get(numeric && isNumeric(label) ? Number(label) : label);
    if (index === undefined)
      throw new InputError(
        `${name}: ${place()} has label '${label}'${indexLabels ? ' (a class index)' : ''}, which is ` +
          `none of the ${classes.length} classes of the training data: ${listClasses(classes)}.`,
      );
    return index;
  };
}

function indexWithin(index: number, count: number): number | undefined {
  return index >= 0 && index < count ? index : undefined;
}

function isNumeric(label: string): boolean {
  return label.trim() !== '' && Number.isFinite(Number(label));
}

function byCodePoint(first: string, second: string): number {
  const left = [...first];
  const right = [...second];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left[index]!.codePointAt(0)! - right[index]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function listClasses(classes: readonly string[]): string {
  const shown = classes.slice(0, 20).map((label) => `'${label}'`);
  return classes.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}
