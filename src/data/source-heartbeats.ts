import { InputError } from '../errors.js';
import { createHeartbeats } from './heartbeats.js';
import type { DataSource } from './source.js';

/** The data are the same whatever the seed of a training run, as a file would be. */
const DATA_SEED = 1;
const SIZES = { train: 600, validation: 300, test: 1000 };

export const heartbeatsSource: DataSource = {
  name: 'heartbeats',
  description: 'built-in synthetic electrocardiogram: normal and abnormal beats of 140 samples; needs no files',
  normalisation: 'standard',
  heldOut: { fraction: 0.2, atMost: 2000 },
  loadFile: async (_location, path) => {
    throw new InputError(
      `${path}: 'heartbeats' is made by the program, not read from files; give another data source.`,
    );
  },
  loadTraining: async () => ({
    train: createHeartbeats('train', SIZES.train, DATA_SEED),
    validation: createHeartbeats('validation', SIZES.validation, DATA_SEED),
  }),
  loadTest: async () => createHeartbeats('test', SIZES.test, DATA_SEED),
};
