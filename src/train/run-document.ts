/** What `config.yaml` of a run holds: its settings and what was learnt from the training data before training. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { type DataSchema, gapRules, normalisations, type Preprocessing } from '../data/index.js';
import { InputError } from '../errors.js';
import { type Configuration, checkConfiguration, type GivenConfiguration, settingNames } from './configuration.js';
import { dataSettingNames } from './data-settings.js';

export interface RunDocument {
  readonly format: 'noisy-rnn/run';
  readonly version: 1;
  /** An imported run was trained elsewhere: its settings say only what the model is. */
  readonly origin: 'trained' | 'imported';
  readonly settings: Configuration;
  /** An imported run's `steps` is 0: it takes sequences of any length. */
  readonly preprocessing: Preprocessing;
  /** What other data are held to; runs made before there was one have none. */
  readonly schema?: DataSchema | undefined;
  /** What logits are divided by to be calibrated, fitted on the validation data when training was done. */
  readonly temperature?: number | undefined;
}

const numbers = z.array(z.number());
const timeScale = z.strictObject({
  ...{ unit: z.string().nullable(), median: z.number().gt(0), least: z.number(), most: z.number(), even: z.boolean() },
  ...{ follows: z.boolean(), maxStep: z.number().gt(0), onGap: z.enum(gapRules), channel: z.boolean() },
});
export const runDocumentSchema = z.strictObject({
  format: z.literal('noisy-rnn/run'),
  version: z.literal(1),
  origin: z.enum(['trained', 'imported']),
  settings: z.record(z.string(), z.unknown()),
  preprocessing: z.strictObject({
    normalisation: z.enum(normalisations),
    steps: z.int().min(0),
    channels: z.int().min(1),
    mean: numbers,
    scale: numbers,
    classes: z.array(z.string()),
    minimum: z.number(),
    maximum: z.number(),
    fill: numbers.nullish(),
    keepsMissing: z.boolean().optional(),
    precision: z.literal('float64').optional(),
    labelsAre: z.enum(['texts', 'numbers', 'integers']).optional(),
    targets: z
      .strictObject({ width: z.int().min(1), per: z.enum(['row', 'step']), mean: numbers, scale: numbers })
      .nullish(),
    classWeights: numbers.optional(),
    time: timeScale.nullish(),
  }),
  schema: z
    .strictObject({
      version: z.literal(1),
      layout: z.string(),
      channels: z.array(
        z.strictObject({
          ...{ name: z.string().nullable(), unit: z.string().nullable(), type: z.enum(['float32', 'float64']) },
          ...{ mean: z.number(), least: z.number(), most: z.number() },
        }),
      ),
      ...{ label: z.string().nullable(), id: z.string().nullable(), group: z.string().nullable() },
      targets: z.array(z.string()),
      time: z
        .strictObject({
          ...{ column: z.string().nullable(), format: z.string().nullable(), unit: z.string().nullable() },
          ...{ median: z.number(), least: z.number(), most: z.number(), even: z.boolean() },
        })
        .nullable(),
      steps: z.array(z.string()).nullable(),
      missing: z.strictObject({ rule: z.string(), marks: z.array(z.string()), labels: z.array(z.string()) }),
    })
    .optional(),
  temperature: z.number().gt(0).optional(),
});

/** Settings newer than the first runs, and what those did. */
const former: GivenConfiguration = {
  task: 'classify',
  loss: 'cross-entropy',
  classWeights: 'none',
  inputNoise: 0,
  antithetic: false,
  regularizer: 'none',
  bidirectional: false,
  initialState: 'zero',
  noiseSchedule: 'constant',
  patience: 'none',
  minDelta: 0,
  accumulate: 1,
  freeze: [],
};

const optional = new Set<string>([...dataSettingNames, 'likelihood', 'stack', 'from', 'limitTrain', 'checkpointEvery']);

/** @throws InputError if this is not a run's document, or its settings are not complete. */
export function readRunDocument(content: unknown, path: string): RunDocument {
  const result = runDocumentSchema.safeParse(content);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new InputError(`${path}: not the configuration of a run (${issue?.path.join('.')}: ${issue?.message})`);
  }
  const settings = { ...former, ...checkConfiguration(result.data.settings, path) };
  const missing = settingNames.find((name) => settings[name] === undefined && !optional.has(name));
  if (missing !== undefined) throw new InputError(`${path}: setting "${missing}" is missing; restore it`);
  return { ...result.data, settings: settings as Configuration };
}

/** Settings from a file: bare ones, or those of a run. */
export function settingsOfFile(content: unknown, path: string): GivenConfiguration {
  const isRun = typeof content === 'object' && content !== null && 'format' in content;
  return isRun ? readRunDocument(content, path).settings : checkConfiguration(content, path);
}

/**
 * The text of `config.yaml`: in the order of the tables, so that a document that was read is written in the same bytes as
 * one that was made.
 */
export function configText(document: object): string {
  const { settings, preprocessing, ...rest } = document as Partial<RunDocument>;
  const { temperature, ...head } = rest;
  return stringify({
    ...head,
    ...(settings === undefined ? {} : { settings: ordered(settings, settingNames) }),
    ...(preprocessing === undefined ? {} : { preprocessing: ordered(preprocessing, preprocessingNames) }),
    ...(temperature === undefined ? {} : { temperature }),
  });
}

const preprocessingNames = Object.keys(runDocumentSchema.shape.preprocessing.shape);

function ordered(values: object, names: readonly string[]): object {
  const given = values as Record<string, unknown>;
  const known = names.filter((name) => given[name] !== undefined);
  return { ...Object.fromEntries(known.map((name) => [name, given[name]])), ...given };
}
