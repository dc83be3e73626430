/** What stands before the first batch: data, preprocessing, model and the rules of the updates. */

import {
  applyPreprocessing,
  type Dataset,
  fitPreprocessing,
  loadSplits,
  loadTest,
  type Preprocessing,
  type SequenceTable,
} from '../data/index.js';
import { InputError } from '../errors.js';
import type { Model } from '../model/index.js';
import type { Files } from '../platform/files.js';
import type { Spec } from '../spec.js';
import { checkGradientSettings } from './batch-gradient.js';
import { buildConfigured, type Cells, drawsNoise } from './build.js';
import type { Configuration } from './configuration.js';
import { dataRequest } from './data-request.js';
import { parseGroup } from './groups.js';
import { type NoiseSchedule, parseNoiseSchedule } from './noise-schedule.js';
import type { Rates } from './optimisers/index.js';
import { parseOptimiser } from './optimisers/index.js';
import { resolveRates } from './parameter-groups.js';
import { parseSchedule, type Schedule } from './schedules/index.js';

export interface Prepared {
  readonly model: Model;
  readonly preprocessing: Preprocessing;
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly schedule: Schedule;
  readonly noiseSchedule: NoiseSchedule;
  readonly optimiser: Spec;
  readonly rateOf: (parameter: string) => Rates;
}

/**
 * Reads training and validation data; the test data are not touched.
 * @param known the preprocessing of a run that is resumed.
 * @throws InputError for whatever is wrong with settings or data.
 */
export async function prepare(
  configuration: Configuration,
  cells: Cells,
  files: Files,
  known?: Preprocessing,
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
  const preprocessing = known ?? fitPreprocessing(splits.train, normalisation, configuration.missing);
  const train = applyPreprocessing(splits.train, preprocessing);
  const validation = applyPreprocessing(splits.validation, preprocessing);
  const sizes = { inputs: preprocessing.channels, outputs: preprocessing.classes.length };
  const model = buildConfigured(configuration, cells, sizes);
  checkGradientSettings(model, configuration);
  if (configuration.noiseSchedule !== 'constant' && !drawsNoise(model))
    throw new InputError(
      'noiseSchedule: the model draws no noise; give a noise scheme (--noise), or leave the schedule out',
    );
  const rateOf = resolveRates(Object.keys(model.parameters), { lr, weightDecay }, groups);
  return { model, preprocessing, train, validation, schedule, noiseSchedule, optimiser, rateOf };
}

/** The test data as read and preprocessed; null if there are none. Read once, when training is over. */
export async function prepareTest(
  configuration: Configuration,
  files: Files,
  preprocessing: Preprocessing,
): Promise<{ readonly table: SequenceTable; readonly data: Dataset } | null> {
  const table = await loadTest(dataRequest(configuration, files));
  return table === null ? null : { table, data: applyPreprocessing(table, preprocessing) };
}
