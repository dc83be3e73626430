/**
 * Everything that defines a run, in one table: configuration files, `key=value` overrides and command-line flags are all
 * read through it, so that the three can never differ. What is not given is filled in by `defaults.ts`.
 */
import { z } from 'zod';
import { normalisations } from '../data/index.js';
import { InputError } from '../errors.js';
import { closest } from '../spec.js';

export const engineNames = ['auto', 'wasm', 'reference'] as const;
export type EngineName = (typeof engineNames)[number];

/** Values come as text from flags and overrides, and as numbers or lists from files. */
const numeric = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value), schema);
const count = numeric(z.int('expected a whole number, 1 or more').min(1));
const positive = numeric(z.number().gt(0));
const nonNegative = numeric(z.number().min(0));
const text = z.string().trim().min(1);
const wordsFor = { true: ['true', 'on', 'yes'], false: ['false', 'off', 'no'] } as const;
const onOff = z.preprocess((value) => {
  const among = (words: readonly unknown[]) => words.includes(value);
  return among(wordsFor.true) ? true : among(wordsFor.false) ? false : value;
}, z.boolean());
const wordOr = <const Word extends string, T extends z.ZodType>(word: Word, schema: T) =>
  z.union([z.literal(word), schema]);
const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(';').filter((part) => part.trim() !== '') : value),
  z.array(text),
);

/** Every setting, in the order in which help and files list them. */
export const settings = {
  data: text.describe('data source, or the path of a folder or file'),
  dataDir: text.describe("folder that holds the source's files"),
  model: text.describe('cell, as name:key=value,…, or the path of a module whose default export is a cell'),
  units: count.describe('hidden units'),
  layers: count.describe('layers stacked, each reading the one below'),
  noise: text.describe('noise scheme while training, as name:key=value,…'),
  antithetic: onOff.describe('average the gradient over each noise path and its antithetic one'),
  regularizer: z
    .enum(['none', 'explicit'])
    .describe('explicit: in place of noise, train on the loss plus what noise adds to it to second order'),
  step: z.enum(['fixed', 'learned']).describe('step size: fixed, or learned for each unit'),
  delta: positive.describe('step size, or where a learned one starts'),
  solver: text.describe('solver: euler, milstein, heun or rk4'),
  readout: z.enum(['last', 'every']).describe('loss after the last step, or averaged over every step'),
  normalisation: z.enum(['auto', ...normalisations]).describe("inputs: standardised by the training data's moments"),
  limitTrain: count.describe('train on so many rows only, each class in proportion'),
  epochs: count.describe('passes over the training data'),
  batchSize: count.describe('rows in a batch'),
  lr: nonNegative.describe('learning rate'),
  optimizer: text.describe('optimiser, as name:key=value,…'),
  weightDecay: nonNegative.describe('weight decay'),
  schedule: text.describe('learning-rate schedule, as name:key=value,…'),
  groups: list.describe('rates of some parameters, as PATTERN:lr=…,lrScale=…,weightDecay=…; several joined by ;'),
  clip: wordOr('none', positive).describe('largest norm of the gradient, or none'),
  selection: z.enum(['accuracy', 'loss']).describe('what of the validation data selects the best epoch'),
  seed: numeric(z.int('expected a whole number, 0 or more').min(0)).describe('seed of all randomness'),
  checkpointEvery: count.describe('save after so many batches too, not only after each epoch'),
  engine: z.enum(engineNames).describe('what computes'),
  threads: wordOr('auto', count).describe('threads; results do not depend on their number'),
} as const;

export type SettingName = keyof typeof settings;
export const settingNames = Object.keys(settings) as SettingName[];

/** Settings that are true or false: flags without a value on the command line. */
export const switches: ReadonlySet<SettingName> = new Set(['antithetic']);

export const settingsSchema = z.strictObject(settings).partial();

/** Settings as a user gave them: any may be missing. */
export type GivenConfiguration = { [Name in SettingName]?: z.output<(typeof settings)[Name]> | undefined };

/** Settings that have no value when they are not given. */
type Optional = 'dataDir' | 'limitTrain' | 'checkpointEvery';

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
      const near = closest(key, settingNames);
      const hint = near === undefined ? `; known: ${settingNames.join(', ')}` : `; did you mean "${near}"?`;
      return `${where}: unknown setting "${key}"${hint}`;
    });
  const [name] = issue.path;
  if (name === undefined) return [`${where}: expected settings as "name: value" lines; got ${show(given)}`];
  const value = (given as Record<PropertyKey, unknown>)[name];
  return [`${where}: ${String(name)}: got ${show(value)}; ${expectation(issue)}`];
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
