/** Training that starts from the weights of another run. */
import type { Preprocessing, TimeScale } from '../data/index.js';
import { InputError } from '../errors.js';
import type { Tensor } from '../graph/index.js';
import { initialise, type Model } from '../model/index.js';
import type { Files } from '../platform/files.js';
import type { Configuration, GivenConfiguration } from './configuration.js';
import { layerSettingNames } from './layer-settings.js';
import { type LoadedRun, readRun } from './load-run.js';
import { mergeSettings } from './merge-settings.js';
import { patternOf } from './parameter-groups.js';
import type { PartSource } from './parts/source.js';

/** The run that training starts from; null without one. @throws InputError as `readRun`. */
export async function sourceOf(
  { from }: GivenConfiguration,
  files: Files,
  parts: PartSource,
): Promise<LoadedRun | null> {
  return from === undefined ? null : readRun(files, from, parts);
}

/** What the model is comes from the run too, unless it is given. @throws InputError as `mergeSettings`. */
export function inheritSettings(given: GivenConfiguration, source: LoadedRun | null): GivenConfiguration {
  if (source === null) return given;
  const { settings } = source;
  const names = [
    ...(settings.stack === undefined ? layerSettingNames : ['stack' as const]),
    'layers',
    'readout',
    'timeChannel',
  ] as const;
  const model: GivenConfiguration = Object.fromEntries(names.map((name) => [name, settings[name]]));
  return mergeSettings(model, given);
}

/**
 * The preprocessing of the new training data, with what the weights were trained to expect kept: the scaling of the inputs,
 * unless `normalisation` is given, and the classes with their order, where the new data have no other.
 * @throws InputError for data with another number of channels.
 */
export function keepPreprocessing(
  fitted: Preprocessing,
  { path, preprocessing: kept }: LoadedRun,
  normalisation: Configuration['normalisation'],
): Preprocessing {
  if (fitted.channels !== kept.channels)
    throw new InputError(
      `${path} reads ${kept.channels} channels, and the data have ${fitted.channels}; train from data of the same channels`,
    );
  const { mean, scale } = kept;
  const scaling = normalisation === 'auto' ? { normalisation: kept.normalisation, mean, scale } : {};
  return { ...fitted, ...scaling, ...(hasClasses(fitted, kept) ? { classes: kept.classes } : {}) };
}

/** The weights were trained to expect the step of their own data: new data are held to it, where the run knows it. */
export function keepTimeScale(own: TimeScale | null, source: LoadedRun | null): TimeScale | null {
  const kept = source?.preprocessing.time;
  if (!kept || own === null) return own;
  return { ...own, unit: kept.unit, median: kept.median, least: kept.least, most: kept.most, even: kept.even };
}

const hasClasses = ({ classes }: Preprocessing, kept: Preprocessing) =>
  classes.length > 0 && classes.every((name) => kept.classes.includes(name));

const sameClasses = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((name, index) => name === others[index]);

/**
 * The parameters that training starts from: the run's own, and a new readout where the classes are others.
 * @throws InputError if the model is not the run's.
 */
export function startParameters(
  model: Model,
  seed: number,
  classes: readonly string[],
  source: LoadedRun | null,
): Record<string, Tensor> {
  const fresh = initialise(model.parameters, seed);
  if (source === null) return fresh;
  const { path, parameters, preprocessing } = source;
  const keepsReadout = sameClasses(classes, preprocessing.classes);
  const surplus = Object.keys(parameters).find((name) => !Object.hasOwn(fresh, name));
  if (surplus !== undefined)
    throw new InputError(
      `the model has no parameter "${surplus}", which ${path} has; leave out what changes the model`,
    );
  return Object.fromEntries(
    Object.entries(fresh).map(([name, own]): [string, Tensor] => {
      if (!keepsReadout && name.startsWith('readout.')) return [name, own];
      const found = parameters[name];
      if (found?.shape.join() !== own.shape.join())
        throw new InputError(
          `parameter "${name}" is [${own.shape}] here and ${found ? `[${found.shape}]` : 'missing'} in ${path}; ` +
            'leave out what changes the model',
        );
      return [name, { shape: own.shape, data: Float64Array.from(found.data) }];
    }),
  );
}

/** What was kept of the run that training starts from, for a person to read. */
export function describeStart(preprocessing: Preprocessing, { path, preprocessing: kept }: LoadedRun): string {
  const inputs =
    preprocessing.mean === kept.mean ? 'its normalisation of the inputs' : 'a normalisation of the new data';
  const readout = sameClasses(preprocessing.classes, kept.classes) ? 'its readout' : 'a new readout for other classes';
  return `starting from ${path}, with ${inputs} and ${readout}`;
}

/**
 * The parameters that are not trained: those that a pattern names, less those that a later one with `!` before it names.
 * @throws InputError for a pattern that matches nothing, or if nothing is left to train.
 */
export function frozenParameters(names: readonly string[], patterns: readonly string[]): ReadonlySet<string> {
  const frozen = new Set<string>();
  for (const text of patterns) {
    const thaws = text.startsWith('!');
    const pattern = patternOf(thaws ? text.slice(1).trim() : text);
    const matched = names.filter((name) => pattern.test(name));
    if (matched.length === 0)
      throw new InputError(`freeze "${text}" matches no parameter; the parameters are ${names.join(', ')}`);
    for (const name of matched)
      if (thaws) frozen.delete(name);
      else frozen.add(name);
  }
  if (frozen.size === names.length)
    throw new InputError(
      `freeze ${patterns.join(';')}: nothing is left to train; leave some parameters out, as with !readout.*`,
    );
  return frozen;
}
