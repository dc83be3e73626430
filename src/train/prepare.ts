/** What stands before the first batch: data, preprocessing, model and the rules of the updates. */

import {
  applyPreprocessing,
  type Dataset,
  fitPreprocessing,
  loadSplits,
  loadTest,
  type Preprocessing,
  type SequenceTable,
  samplingNotes,
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
import { dataRequest } from './data-request.js';
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
 * Reads training and validation data; the test data are not touched.
 * @param known the preprocessing of a run that is resumed.
 * @param source the run that training starts from.
 * @throws InputError for whatever is wrong with settings or data.
 */
export async function prepare(
  configuration: Configuration,
  parts: Parts,
  files: Files,
  known?: Preprocessing,
  source: LoadedRun | null = null,
): Promise<Prepared> {
  const { seed, limitTrain, lr, weightDecay, epochs } = configuration;
  const optimiser = parseOptimiser(configuration.optimizer);
  const schedule = parseSchedule(configuration.schedule);
  const noiseSchedule = parseNoiseSchedule(configuration.noiseSchedule);
  // A schedule that does not fit the number of epochs says so here.
  schedule.factor({ epoch: 0, epochs, fraction: 0 });
  const groups = configuration.groups.map(parseGroup);

  const splits = await loadSplits({ ...dataRequest(configuration, files), seed, limitTrain });
  const normalisation = configuration.normalisation === 'auto' ? splits.normalisation : configuration.normalisation;
  const task = taskOf(configuration);
  const { readout } = configuration;
  const [read, held] = [task.tableOf(splits.train, readout), task.tableOf(splits.validation, readout)];
  const drifts = hasDrift(configuration, parts);
  const time = known === undefined ? keepTimeScale(timeScaleOf(read, configuration, drifts), source) : known.time;
  const [asked, checked] = [splitAtGaps(read, time), splitAtGaps(held, time)];
  const learn = () => {
    const learnOf = (table: SequenceTable) => fitPreprocessing(table, normalisation, configuration.missing);
    // The extremes are those of the data's own channels.
    const { minimum, maximum } = learnOf(asked);
    const own = { ...learnOf(withTimeChannel(asked, time)), minimum, maximum, ...(time && { time }) };
    return source === null ? own : keepPreprocessing(own, source, configuration.normalisation);
  };
  const fitted = known ?? learn();
  const train = applyPreprocessing(asked, fitted);
  const preprocessing =
    known ?? completed(fitted, task, classWeightsOf(configuration.classWeights, train, fitted.classes));
  const validation = applyPreprocessing(checked, preprocessing);
  const model = buildConfigured(configuration, parts, sizesOf(preprocessing));
  checkGradientSettings(model, configuration);
  if (configuration.noiseSchedule !== 'constant' && !drawsNoise(model))
    throw new InputError(
      'noiseSchedule: the model draws no noise; give a noise scheme (--noise), or leave the schedule out',
    );
  const frozen = frozenParameters(Object.keys(model.parameters), configuration.freeze);
  const rateOf = resolveRates(Object.keys(model.parameters), { lr, weightDecay }, groups);
  const notes = samplingNotes(read, time, drifts);
  return { model, preprocessing, train, validation, schedule, noiseSchedule, optimiser, rateOf, frozen, notes };
}

/** A forecast goes on from series of any length; training saw them without their ends. */
function completed(fitted: Preprocessing, { horizons }: Task, classWeights: number[] | undefined): Preprocessing {
  return { ...fitted, ...(horizons === null ? {} : { steps: 0 }), ...(classWeights && { classWeights }) };
}

/** The test data as read and preprocessed; null if there are none. Read once, when training is over. */
export async function prepareTest(
  configuration: Configuration,
  files: Files,
  preprocessing: Preprocessing,
): Promise<{ readonly table: SequenceTable; readonly data: Dataset } | null> {
  const table = await loadTest(dataRequest(configuration, files));
  if (table === null) return null;
  const asked = splitAtGaps(taskOf(configuration).tableOf(table, configuration.readout), preprocessing.time);
  return { table: asked, data: applyPreprocessing(asked, preprocessing) };
}
