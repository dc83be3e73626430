/** From labels as they are written to class indices. */
import { InputError } from '../../errors.js';
import type { LabelKind, Preprocessing, SequenceTable } from '../dataset.js';
import { foldedKey, numericKey } from './label-notes.js';

/** What classes are told apart by; without it, as runs did before they kept a schema. */
export type Classes = Pick<Preprocessing, 'classes' | 'labelsAre'>;

/**
 * Sorted as numbers if all are numbers, else by code point. Of texts every spelling is a class of its own.
 * @throws InputError if there is nothing to learn: neither labels nor targets.
 */
export function classesOf(table: SequenceTable): string[] {
  const { name, targets, stepLabels, labelsAre } = table;
  const labels = table.labels ?? stepLabels?.filter((label) => label !== null);
  if (!labels) {
    if (targets) return [];
    throw new InputError(`${name}: training data needs labels, and this has none.`);
  }
  if (labelsAre === undefined && table.indexLabels) return indexClasses(labels, name);
  const distinct = [...new Set(labelsAre === undefined ? labels : labels.map((label) => named(label, labelsAre)))];
  if (!distinct.every(isNumeric)) return distinct.sort(byCodePoint);
  const byNumber = (first: string, second: string) => Number(first) - Number(second) || byCodePoint(first, second);
  if (labelsAre !== undefined) return distinct.sort(byNumber);
  // "1" and "1.0000000e+00" are one class, named as first written.
  const byValue = new Map<number, string>();
  for (const label of distinct) if (!byValue.has(Number(label))) byValue.set(Number(label), label);
  return [...byValue].sort(([first], [second]) => first - second).map(([, label]) => label);
}

/** What a class is called: a number in one way only. */
function named(label: string, kind: LabelKind | undefined): string {
  return kind === 'numbers' || kind === 'integers' ? (numericKey(label) ?? label) : label;
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
export function classIndices(table: SequenceTable, known: Classes): Int32Array | null {
  if (table.labels === null) return null;
  const { places } = table;
  const indexOf = classFinder(table, known);
  const place = (row: number) => (places?.[row] === undefined ? `row ${row + 1}` : `${places[row]} (row ${row + 1})`);
  return Int32Array.from(table.labels, (label, row) => indexOf(label, () => place(row)));
}

/** [rows · steps], −1 where there is no label; null where no step has one. @throws InputError as `classIndices`. */
export function stepClassIndices(table: SequenceTable, known: Classes): Int32Array | null {
  const { stepLabels, steps } = table;
  if (!stepLabels) return null;
  const indexOf = classFinder(table, known);
  const place = (index: number) => `row ${Math.floor(index / steps) + 1}, step ${(index % steps) + 1}`;
  return Int32Array.from(stepLabels, (label, index) => (label === null ? -1 : indexOf(label, () => place(index))));
}

function classFinder(table: SequenceTable, { classes, labelsAre }: Classes) {
  const { name, indexLabels } = table;
  const find = labelsAre === undefined ? formerFinder(table, classes) : exactFinder(table, classes);
  return (label: string, place: () => string): number => {
    const index = find(label);
    if (index !== undefined) return index;
    const near = labelsAre === undefined ? undefined : likeness(label, classes);
    throw new InputError(
      `${name}: ${place()} has label '${label}'${indexLabels && labelsAre === undefined ? ' (a class index)' : ''}, which is ` +
        `none of the ${classes.length} classes of the training data: ${listClasses(classes)}.` +
        `${near === undefined ? '' : ` The training data write '${near}', which may be the same class: write them alike.`}`,
    );
  };
}

/** By name, and by nothing else. */
function exactFinder({ labelsAre }: SequenceTable, classes: readonly string[]) {
  const indices = new Map(classes.map((label, index) => [label, index]));
  return (label: string) => indices.get(label) ?? indices.get(named(label, labelsAre));
}

/** As runs without a schema do: numbers by value, indices by place. */
function formerFinder({ indexLabels }: SequenceTable, classes: readonly string[]) {
  const numeric = classes.every(isNumeric);
  const indices = new Map<string | number, number>();
  classes.forEach((label, index) => {
    indices.set(numeric ? Number(label) : label, index);
  });
  return (label: string): number | undefined =>
    indexLabels
      ? indexWithin(Number(label), classes.length)
      : indices.get(numeric && isNumeric(label) ? Number(label) : label);
}

/** The class that differs from the label in its spelling only. */
function likeness(label: string, classes: readonly string[]): string | undefined {
  const number = numericKey(label);
  return classes.find((own) => (number !== null && numericKey(own) === number) || foldedKey(own) === foldedKey(label));
}

function indexWithin(index: number, count: number): number | undefined {
  return index >= 0 && index < count ? index : undefined;
}

function isNumeric(label: string): boolean {
  return numericKey(label) !== null;
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
