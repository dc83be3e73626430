/** What stands before the first batch: data, preprocessing, model and the rules of the updates. */

import {
  applyPreprocessing,
  type DataSchema,
  type Dataset,
  expectedOf,
  fitPreprocessing,
  loadSplits,
  loadTest,
  namedSource,
  type Preprocessing,
  type Reading,
  type SequenceTable,
  samplingNotes,
  schemaOf,
  splitAtGaps,
  timeScaleOf,
  withTimeChannel,
} from '../data/index.js';
import { InputError } from '../errors.js';
import { drawsNoise, type Model } from '../model/index.js';
import type { Files } from '../platform/files.js';
import type { Spec } from '../spec.js';
import type { Task } from '../tasks/index.js';
import { checkGradientSettings } from './batch-gradient.js';
import { buildConfigured, hasDrift, sizesOf } from './build.js';
import { classWeightsOf } from './class-weights.js';
import type { Configuration } from './configuration.js';
import { dataRequest, type TrainedRun } from './data-request.js';
import { frozenParameters, keepPreprocessing, keepTimeScale } from './fine-tune.js';
import { parseGroup } from './groups.js';
import type { LoadedRun } from './load-run.js';
import { type NoiseSchedule, parseNoiseSchedule } from './noise-schedule.js';
import type { Rates } from './optimisers/index.js';
import { parseOptimiser } from './optimisers/index.js';
import { resolveRates } from './parameter-groups.js';
import type { Parts } from './parts/parts.js';
import { parseSchedule, type Schedule } from './schedules/index.js';
import { taskOf } from './task-settings.js';

export interface Prepared {
  readonly model: Model;
  readonly preprocessing: Preprocessing;
  /** None where a run is resumed that has none. */
  readonly schema: DataSchema | undefined;
  /** What a user should know of the data. */
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly schedule: Schedule;
  readonly noiseSchedule: NoiseSchedule;
  readonly optimiser: Spec;
  readonly rateOf: (parameter: string) => Rates;
  /** Parameters that are not trained. */
  readonly frozen: ReadonlySet<string>;
  /** What a person should know of how the data were taken. */
  readonly notes: readonly string[];
}

/**
 * Reads training and validation data, and looks whether the test data fit them: a class that only those have is refused now
 * and not after the last epoch. Nothing is learnt from them.
 * @param known what a run that is resumed has learnt from its data.
 * @param source the run that training starts from.
 * @throws InputError for whatever is wrong with settings or data.
 */
export async function prepare(
  configuration: Configuration,
  parts: Parts,
  files: Files,
  known?: TrainedRun & { readonly preprocessing: Preprocessing },
  source: LoadedRun | null = null,
): Promise<Prepared> {
  const { seed, limitTrain, lr, weightDecay, epochs } = configuration;
  const optimiser = parseOptimiser(configuration.optimizer);
  const schedule = parseSchedule(configuration.schedule);
  const noiseSchedule = parseNoiseSchedule(configuration.noiseSchedule);
  // A schedule that does not fit the number of epochs says so here.
  schedule.factor({ epoch: 0, epochs, fraction: 0 });
  const groups = configuration.groups.map(parseGroup);

  const own = dataRequest(configuration, files, known);
  const from = known === undefined ? source?.schema : undefined;
  const request = from === undefined ? own : { ...own, reading: heldToSource(own.reading, from) };
  const splits = await loadSplits({ ...request, seed, limitTrain });
  const normalisation = configuration.normalisation === 'auto' ? splits.normalisation : configuration.normalisation;
  const task = taskOf(configuration);
  const { readout } = configuration;
  const [read, held] = [task.tableOf(splits.train, readout), task.tableOf(splits.validation, readout)];
  const drifts = hasDrift(configuration, parts);
  const time =
    known === undefined ? keepTimeScale(timeScaleOf(read, configuration, drifts), source) : known.preprocessing.time;
  const [asked, checked] = [splitAtGaps(read, time), splitAtGaps(held, time)];
  const learn = () => {
    const learnOf = (table: SequenceTable) => fitPreprocessing(table, normalisation, configuration.missing);
    // The extremes are those of the data's own channels.
    const { minimum, maximum } = learnOf(asked);
    const own = { ...learnOf(withTimeChannel(asked, time)), minimum, maximum, ...(time && { time }) };
    return source === null ? own : keepPreprocessing(own, source, configuration.normalisation);
  };
  const fitted = known?.preprocessing ?? learn();
  const train = applyPreprocessing(asked, fitted);
  const preprocessing =
    known?.preprocessing ?? completed(fitted, task, classWeightsOf(configuration.classWeights, train, fitted.classes));
  const validation = applyPreprocessing(checked, preprocessing);
  const schema = known === undefined ? schemaOf(splits.train, request.reading) : known.schema;
  if (known === undefined && mayNotFit(configuration.data))
    await prepareTest(configuration, files, { preprocessing, schema });
  const model = buildConfigured(configuration, parts, sizesOf(preprocessing));
  checkGradientSettings(model, configuration);
  if (configuration.noiseSchedule !== 'constant' && !drawsNoise(model))
    throw new InputError(
      'noiseSchedule: the model draws no noise; give a noise scheme (--noise), or leave the schedule out',
    );
  const frozen = frozenParameters(Object.keys(model.parameters), configuration.freeze);
  const rateOf = resolveRates(Object.keys(model.parameters), { lr, weightDecay }, groups);
  const notes = [...notesOf(splits.train), ...splits.notes, ...samplingNotes(read, time, drifts)];
  return { model, preprocessing, schema, notes, train, validation, schedule, noiseSchedule, optimiser, rateOf, frozen };
}

/** A forecast goes on from series of any length; training saw them without their ends. */
function completed(fitted: Preprocessing, { horizons }: Task, classWeights: number[] | undefined): Preprocessing {
  return { ...fitted, ...(horizons === null ? {} : { steps: 0 }), ...(classWeights && { classWeights }) };
}

/** What is made or published has all its classes everywhere. */
function mayNotFit(data: string): boolean {
  return namedSource(data) === undefined || ['ucr', 'npz'].includes(data);
}

function notesOf({ report }: SequenceTable): readonly string[] {
  return report?.notes ?? [];
}

/** Channels by the names that the run knows, where it knows any. */
function heldToSource(reading: Reading = {}, schema: DataSchema): Reading {
  const { channels, units, layout, steps } = expectedOf(schema);
  const roles = { label: null, id: null, time: null, group: null, timeFormat: null };
  return { ...reading, expected: { ...roles, channels, layout, ...(units && { units }), ...(steps && { steps }) } };
}

/** The test data as read and preprocessed; null if there are none. Scored once, when training is over. */
export async function prepareTest(
  configuration: Configuration,
  files: Files,
  { preprocessing, schema }: { readonly preprocessing: Preprocessing; readonly schema: DataSchema | undefined },
): Promise<{ readonly table: SequenceTable; readonly data: Dataset } | null> {
  const table = await loadTest(dataRequest(configuration, files, { preprocessing, schema }));
  if (table === null) return null;
  const asked = splitAtGaps(taskOf(configuration).tableOf(table, configuration.readout), preprocessing.time);
  return { table: asked, data: applyPreprocessing(asked, preprocessing) };
}
