/**
 * What is learnt from the training data and applied to everything else: normalisation and the label map. Nothing is
 * ever taken from a file that is scored, so a score cannot depend on which other rows were in its file.
 */
import { InputError } from '../errors.js';
import type { Dataset, Normalisation, Preprocessing, SequenceTable, TargetScaling, Targets } from './dataset.js';
import { classesOf, classIndices, stepClassIndices } from './labels/classes.js';
import { clearBeyondEnds } from './lengths.js';
import { type Moments, momentsOf } from './moments.js';
import { inPrecision } from './precision.js';
import { intervalsOf, withTimeChannel } from './sampling/index.js';

/** What is taken away from a channel, and what the rest is divided by. */
const scalings: { readonly [Name in Normalisation]: (moments: Moments) => { mean: number; scale: number } } = {
  none: () => ({ mean: 0, scale: 1 }),
  standard: ({ mean, deviation }) => ({ mean, scale: deviation > 0 ? deviation : 1 }),
  minmax: ({ minimum, maximum }) => ({ mean: minimum, scale: maximum > minimum ? maximum - minimum : 1 }),
};

/**
 * Classes are the distinct training labels (or step labels), sorted as numbers if all are numbers, else by code point;
 * for a table whose labels are indices they are 0…largest; none where there are only numbers to predict. `standard`
 * takes one mean and one standard deviation (of the population) per channel, `minmax` the smallest and the largest value,
 * over all training rows and their steps; a constant channel gets scale 1. Targets are always standardised.
 * @param missing the rule for missing values; `mean` keeps the means to fill them with.
 * @throws InputError if the table has neither labels nor targets, or a negative index among index labels.
 */
export function fitPreprocessing(
  train: SequenceTable,
  normalisation: Normalisation,
  missing = 'refuse',
): Preprocessing {
  const moments = momentsOf(train.values, train.channels, train);
  const empty = moments.findIndex(({ mean }) => Number.isNaN(mean));
  if (empty >= 0) throw new InputError(`${train.name}: channel ${empty + 1} has no value at all; leave it out.`);
  const scaling = moments.map(scalings[normalisation]);
  return {
    normalisation,
    steps: train.lengths ? 0 : train.steps,
    channels: train.channels,
    mean: scaling.map(({ mean }) => mean),
    scale: scaling.map(({ scale }) => scale),
    classes: classesOf(train),
    ...(train.labelsAre && { labelsAre: train.labelsAre }),
    minimum: moments.reduce((least, { minimum }) => Math.min(least, minimum), Number.POSITIVE_INFINITY),
    maximum: moments.reduce((most, { maximum }) => Math.max(most, maximum), Number.NEGATIVE_INFINITY),
    ...(missing === 'keep' ? { keepsMissing: true } : {}),
    ...(train.values instanceof Float64Array ? { precision: 'float64' as const } : {}),
    ...(missing === 'mean' ? { fill: moments.map(({ mean }) => mean) } : {}),
    ...(train.targets ? { targets: targetScaling(train.targets, train) } : {}),
  };
}

/**
 * @returns inputs [rows, steps, channels] normalised in double precision and rounded once; labels as class indices.
 * @throws InputError if steps or channels are not those of the training data, or a label is none of its classes.
 */
export function applyPreprocessing(given: SequenceTable, preprocessing: Preprocessing): Dataset {
  const { time } = preprocessing;
  const table = withTimeChannel(given, time);
  checkShape(table, preprocessing);
  const intervals = intervalsOf(table, time);
  const { name, rows, steps, channels, lengths = null, groups = null } = table;
  const inputs = scaled(filled(rounded(table, preprocessing), preprocessing), preprocessing);
  clearBeyondEnds(inputs, channels, table);
  return {
    ...{ name, rows, steps, channels, inputs, lengths, groups },
    labels: classIndices(table, preprocessing),
    targets: scaledTargets(table, preprocessing.targets ?? null),
    stepLabels: stepClassIndices(table, preprocessing),
    ...(intervals && { intervals, longestStep: time!.maxStep }),
  };
}

function checkShape(table: SequenceTable, { steps, channels }: Preprocessing): void {
  const anyLength = steps === 0;
  if (table.channels === channels && (anyLength || (table.steps === steps && !table.lengths))) return;
  const expected = anyLength ? `sequences of any length with ${channelCount(channels)}` : shape(steps, channels);
  throw new InputError(
    `${table.name}: sequences have ${table.lengths ? 'up to ' : ''}${shape(table.steps, table.channels)}, but the training ` +
      `data had ${expected}; give data of the same shape.`,
  );
}

/** Doubles are for the runs that were trained on doubles: the others saw what float32 leaves of them. */
function rounded(table: SequenceTable, { precision }: Preprocessing): SequenceTable {
  return precision === 'float64' ? table : inPrecision(table, 'float32');
}

function filled(
  { name, values, steps, channels }: SequenceTable,
  { fill, keepsMissing }: Pick<Preprocessing, 'fill' | 'keepsMissing'>,
): Float32Array | Float64Array {
  if (keepsMissing) return values;
  const first = values.findIndex(Number.isNaN);
  if (first < 0) return values;
  if (!fill) {
    const at = Math.floor(first / channels);
    throw new InputError(
      `${name}: row ${Math.floor(at / steps) + 1}, step ${(at % steps) + 1} is missing, and the model was trained without ` +
        'a rule for missing values; fill it in.',
    );
  }
  return values.map((value, index) => (Number.isNaN(value) ? fill[index % channels]! : value));
}

/** (x − mean) / scale, entry by entry of vectors as wide as `mean`. */
function scaled(
  values: Float32Array | Float64Array,
  { mean, scale }: { mean: readonly number[]; scale: readonly number[] },
) {
  const width = mean.length;
  const result = new Float32Array(values.length);
  for (let entry = 0; entry < width; entry++) {
    const offset = mean[entry]!;
    const divisor = scale[entry]!;
    for (let index = entry; index < result.length; index += width) result[index] = (values[index]! - offset) / divisor;
  }
  return result;
}

function targetScaling({ values, width, per }: Targets, table: SequenceTable): TargetScaling {
  const scaling = momentsOf(values, width, per === 'step' ? table : { rows: table.rows, steps: 1 }).map(
    scalings.standard,
  );
  return { width, per, mean: scaling.map(({ mean }) => mean), scale: scaling.map(({ scale }) => scale) };
}

function scaledTargets(table: SequenceTable, scaling: TargetScaling | null): Targets | null {
  const { name, targets } = table;
  if (!targets || scaling === null) return null;
  const { width, per } = scaling;
  if (targets.width !== width || targets.per !== per)
    throw new InputError(
      `${name}: has ${targets.width} target${targets.width === 1 ? '' : 's'} a ${targets.per}, but the training data had ` +
        `${width} a ${per}; give data of the same shape.`,
    );
  const values = scaled(targets.values, scaling);
  if (per === 'step') clearBeyondEnds(values, width, table);
  return { values, width, per };
}

function shape(steps: number, channels: number): string {
  return `${steps} steps of ${channelCount(channels)}`;
}

function channelCount(channels: number): string {
  return `${channels} channel${channels === 1 ? '' : 's'}`;
}
