/**
 * What is learnt from the training data and applied to everything else: normalisation and the label map. Nothing is
 * ever taken from a file that is scored, so a score cannot depend on which other rows were in its file.
 */
import { InputError } from '../errors.js';
import type { Dataset, Normalisation, Preprocessing, SequenceTable } from './dataset.js';

/**
 * Classes are the distinct training labels, sorted as numbers if all are numbers, else by code point; for a table
 * whose labels are indices they are 0…largest. `standard` takes one mean and one standard deviation (of the
 * population) per channel, over all training rows and steps; a constant channel gets scale 1.
 * @throws InputError if the table has no labels or a negative index among index labels.
 */
export function fitPreprocessing(train: SequenceTable, normalisation: Normalisation): Preprocessing {
  const { mean, deviation, minimum, maximum } = channelStatistics(train);
  const standard = normalisation === 'standard';
  return {
    normalisation,
    steps: train.steps,
    channels: train.channels,
    mean: standard ? mean : mean.map(() => 0),
    scale: standard ? deviation.map((value) => (value > 0 ? value : 1)) : mean.map(() => 1),
    classes: classesOf(train),
    minimum,
    maximum,
  };
}

/**
 * @returns inputs [rows, steps, channels] normalised in double precision and rounded once; labels as class indices.
 * @throws InputError if steps or channels are not those of the training data, or a label is none of its classes.
 */
export function applyPreprocessing(table: SequenceTable, preprocessing: Preprocessing): Dataset {
  const { steps, channels, mean, scale } = preprocessing;
  if (table.steps !== steps || table.channels !== channels)
    throw new InputError(
      `${table.name}: sequences have ${describeShape(table)}, but the training data had ${describeShape(preprocessing)}; ` +
        'give data of the same shape.',
    );
  const inputs = new Float32Array(table.values.length);
  for (let channel = 0; channel < channels; channel++) {
    const offset = mean[channel] ?? 0;
    const divisor = scale[channel] ?? 1;
    for (let index = channel; index < inputs.length; index += channels)
      inputs[index] = (table.values[index]! - offset) / divisor;
  }
  const { name, rows } = table;
  return { name, rows, steps, channels, inputs, labels: labelIndices(table, preprocessing.classes) };
}

function channelStatistics(table: SequenceTable) {
  const { values, channels } = table;
  const count = table.rows * table.steps;
  const mean: number[] = [];
  const deviation: number[] = [];
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let index = channel; index < values.length; index += channels) {
      const value = values[index]!;
      sum += value;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
    const average = sum / count;
    // A second pass: sums of squares lose all digits when the mean is far from zero.
    let squares = 0;
    for (let index = channel; index < values.length; index += channels) squares += (values[index]! - average) ** 2;
    mean.push(average);
    deviation.push(Math.sqrt(squares / count));
  }
  return { mean, deviation, minimum, maximum };
}

function classesOf(table: SequenceTable): string[] {
  const { labels, name } = table;
  if (labels === null) throw new InputError(`${name}: training data needs labels, and this has none.`);
  if (table.indexLabels) {
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
  const distinct = [...new Set(labels)];
  if (!distinct.every(isNumeric)) return distinct.sort(byCodePoint);
  // "1" and "1.0000000e+00" are one class, named as first written.
  const byValue = new Map<number, string>();
  for (const label of distinct) if (!byValue.has(Number(label))) byValue.set(Number(label), label);
  return [...byValue].sort(([first], [second]) => first - second).map(([, label]) => label);
}

function labelIndices(table: SequenceTable, classes: readonly string[]): Int32Array | null {
  if (table.labels === null) return null;
  const numeric = classes.every(isNumeric);
  const indices = new Map<string | number, number>();
  classes.forEach((label, index) => {
    indices.set(numeric ? Number(label) : label, index);
  });
  return Int32Array.from(table.labels, (label, row) => {
    const index = table.indexLabels
      ? indexWithin(Number(label), classes.length)
      : indices.get(numeric && isNumeric(label) ? Number(label) : label);
    if (index === undefined)
      throw new InputError(
        `${table.name}: row ${row + 1} has label '${label}'${table.indexLabels ? ' (a class index)' : ''}, which is ` +
          `none of the ${classes.length} classes of the training data: ${listClasses(classes)}.`,
      );
    return index;
  });
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

function describeShape({ steps, channels }: { steps: number; channels: number }): string {
  return `${steps} steps of ${channels} channel${channels === 1 ? '' : 's'}`;
}
