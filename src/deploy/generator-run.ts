/** A run that was trained to generate, and series in the units that its generators observe. */
import { lengthOf, type SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import { type GeneratorModel, isGenerator, type ObservedSeries } from '../filter/index.js';
import type { LoadedRun } from '../train/load-run.js';

export interface GeneratorRun {
  readonly model: GeneratorModel;
  readonly parameters: LoadedRun['parameters'];
  readonly classes: readonly string[];
  readonly channels: number;
  /** By channel: (y − mean)/scale is observed. */
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

type Loaded = Pick<LoadedRun, 'path' | 'settings' | 'model' | 'parameters' | 'preprocessing'>;

/**
 * @param wanted whether it has to tell classes; either will do unless given.
 * @throws InputError for a run of another task.
 */
export function generatorRun(
  { path, settings, model, parameters, preprocessing }: Loaded,
  wanted?: 'classes' | 'series',
): GeneratorRun {
  if (!isGenerator(model))
    throw new InputError(
      `${path}: was trained for task ${settings.task}, and a filter needs a network that generates what is observed; train ` +
        'one with --task generate (one for all series) or --task recognise (one for each class)',
    );
  const kind = model.generator.classes === null ? 'series' : 'classes';
  if (wanted !== undefined && wanted !== kind)
    throw new InputError(
      wanted === 'classes'
        ? `${path}: has one generator and no classes to tell apart; train with --task recognise, or use the command filter`
        : `${path}: has a generator for each class; use the command recognise, or train one for all with --task generate`,
    );
  const { mean, scale } = preprocessing.targets ?? preprocessing;
  return { model, parameters, classes: preprocessing.classes, channels: preprocessing.channels, mean, scale };
}

/** Every row as it is observed; missing values stay NaN. @throws InputError for another number of channels. */
export function observedSeries({ channels, mean, scale }: GeneratorRun, table: SequenceTable): ObservedSeries[] {
  if (table.channels !== channels)
    throw new InputError(`${table.name}: has ${table.channels} channels a step, the run observes ${channels}`);
  return Array.from({ length: table.rows }, (_, row) => {
    const steps = lengthOf(table, row);
    const from = row * table.steps * channels;
    const values = Float64Array.from(table.values.subarray(from, from + steps * channels), (value, at) => {
      const k = at % channels;
      return (value - mean[k]!) / scale[k]!;
    });
    return { steps, values };
  });
}

/** What is to be added to a log-density of values so scaled to have that of raw ones: −Σ log scale of those that are there. */
export function densityOfRaw(
  { channels, scale }: GeneratorRun,
  values: ArrayLike<number>,
  from = 0,
  to = values.length,
): number {
  let total = 0;
  for (let at = from; at < to; at++) if (!Number.isNaN(values[at]!)) total -= Math.log(scale[at % channels]!);
  return total;
}
