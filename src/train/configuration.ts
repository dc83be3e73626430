/**
 * Everything that defines a run, in one table: configuration files, `key=value` overrides and command-line flags are all
 * read through it, so that the three can never differ. What is not given is filled in by `defaults.ts`.
 */
import { z } from 'zod';
import { normalisations } from '../data/index.js';
import { engines } from '../engine/engines.js';
import { InputError } from '../errors.js';
import { metricNames } from '../metrics/index.js';
import { closest } from '../spec.js';
import { type DataSetting, dataSettings } from './data-settings.js';
import { layerSettingNames, layerSettings, stack } from './layer-settings.js';
import {
  classWeights,
  count,
  countFromZero,
  list,
  nonNegative,
  onOff,
  positive,
  text,
  wordOr,
} from './setting-types.js';

export const engineNames = ['auto', ...engines.map(({ name }) => name)] as const;
export type EngineName = (typeof engineNames)[number];

/** Every setting, in the order in which help and files list them. */
export const settings = {
  data: text.describe('data source, or the path of a folder or file'),
  ...dataSettings,
  task: text.describe('what is asked: classify, regress, label (a class each step) or forecast:horizon=…,steps=…'),
  loss: text.describe('cross-entropy:smoothing=…, mse, mae or huber:delta=…; as suits the task unless given'),
  classWeights: classWeights.describe(
    'weight of each class in the loss: none, balanced (by how rare it is), or a list in the order of the classes',
  ),
  likelihood: z
    .enum(['ekf'])
    .describe('tasks generate and recognise: the likelihood that is maximised, by the extended Kalman filter'),
  ...layerSettings,
  layers: count.describe('so many layers alike, each reading the one below'),
  stack: stack.describe(
    'layers that differ, as "MODEL key=value …; …": what one does not say is as the settings above say',
  ),
  noiseSchedule: text.describe('what multiplies the noise as training goes on, as name:key=value,…'),
  inputNoise: nonNegative.describe(
    'white noise on the inputs while training: standard deviation, raw units of the data',
  ),
  antithetic: onOff.describe('average the gradient over each noise path and its antithetic one'),
  regularizer: z
    .enum(['none', 'explicit'])
    .describe('explicit: in place of noise, train on the loss plus what noise adds to it to second order'),
  readout: z.enum(['last', 'every']).describe('loss after the last step, or averaged over every step'),
  normalisation: z.enum(['auto', ...normalisations]).describe("inputs: standardised by the training data's moments"),
  limitTrain: count.describe('train on so many rows only, each class in proportion'),
  epochs: count.describe('passes over the training data'),
  patience: wordOr('none', count).describe('stop after so many epochs without improvement on the validation data'),
  minDelta: nonNegative.describe('what counts as an improvement for patience: more than so much'),
  batchSize: count.describe('rows in a batch'),
  accumulate: count.describe('batches whose gradients are averaged for one update'),
  lr: nonNegative.describe('learning rate'),
  optimizer: text.describe('optimiser, as name:key=value,…'),
  weightDecay: nonNegative.describe('weight decay'),
  schedule: text.describe('learning-rate schedule, as name:key=value,…'),
  from: text.describe('run whose weights training starts from, and whose model it is unless settings say otherwise'),
  freeze: list.describe('parameters not to train, as PATTERN;!PATTERN;…: a ! takes names out again'),
  groups: list.describe('rates of some parameters, as PATTERN:lr=…,lrScale=…,weightDecay=…; several joined by ;'),
  clip: wordOr('none', positive).describe('largest norm of the gradient, or none'),
  selection: z
    .enum(['accuracy', 'loss', ...metricNames.filter((name) => name !== 'accuracy')])
    .describe('what of the validation data selects the best epoch; as suits the task unless given'),
  seed: countFromZero.describe('seed of all randomness'),
  checkpointEvery: count.describe('save after so many batches too, not only after each epoch'),
  engine: z.enum(engineNames).describe('what computes'),
  threads: wordOr('auto', count).describe('threads; results do not depend on their number'),
} as const;

export type SettingName = keyof typeof settings;
export const settingNames = Object.keys(settings) as SettingName[];

/** Settings that are true or false: flags without a value on the command line. */
export const switches: ReadonlySet<SettingName> = new Set(['antithetic', 'bidirectional', 'timeChannel']);

export const settingsSchema = z.strictObject(settings).partial();

/** Settings as a user gave them: any may be missing. */
export type GivenConfiguration = { [Name in SettingName]?: z.output<(typeof settings)[Name]> | undefined };

/** Settings that have no value when they are not given. */
type Optional = DataSetting | 'likelihood' | 'stack' | 'from' | 'limitTrain' | 'checkpointEvery';

/** Complete settings, as a run's `config.yaml` keeps them. */
export type Configuration = { [Name in Exclude<SettingName, Optional>]: z.output<(typeof settings)[Name]> } & {
  [Name in Optional]?: z.output<(typeof settings)[Name]> | undefined;
};

/**
 * Checks settings from a file, from overrides or from a caller.
 * @param where what they came from, for the messages.
 * @throws InputError naming each setting that is unknown (with the nearest known one) or has an unusable value.
 */
export function checkConfiguration(given: unknown, where: string): GivenConfiguration {
  const result = settingsSchema.safeParse(given);
  if (result.success) return result.data;
  throw new InputError(result.error.issues.flatMap((issue) => explain(issue, given, where)).join('\n'));
}

function explain(issue: z.core.$ZodIssue, given: unknown, where: string): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const known = issue.path.length === 0 ? settingNames : layerSettingNames;
      const near = closest(key, known);
      const hint = near === undefined ? `; known: ${known.join(', ')}` : `; did you mean "${near}"?`;
      return `${place(issue.path, where)}: unknown setting "${key}"${hint}`;
    });
  const [name] = issue.path;
  if (name === undefined) return [`${where}: expected settings as "name: value" lines; got ${show(given)}`];
  const value = (given as Record<PropertyKey, unknown>)[name];
  return [`${place(issue.path, where)}: got ${show(value)}; ${expectation(issue)}`];
}

/** Where a value stands, layers counted from 1: `file.yaml: stack, layer 2, units`. */
function place(path: readonly PropertyKey[], where: string): string {
  const parts = path.map((part) => (typeof part === 'number' ? `layer ${part + 1}` : String(part)));
  return parts.length === 0 ? where : `${where}: ${parts.join(', ')}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return issue.errors.flat().map(expectation).join(', or ');
  if (issue.code === 'invalid_value') return `expected ${issue.values.join(' or ')}`;
  if (issue.code === 'too_small')
    return `expected ${issue.inclusive ? `${issue.minimum} or more` : `more than ${issue.minimum}`}`;
  if (issue.code === 'invalid_type' && issue.expected === 'boolean') return 'expected true or false';
  if (issue.code === 'invalid_type') return `expected a ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
  return issue.message;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
