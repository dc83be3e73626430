import type { Study } from '../study.js';
import { ecg } from './ecg.js';
import {
  longModels,
  longProtocol,
  parallelPlan,
  parallelPrimary,
  parallelQuestion,
  plainCell,
  streamsPlan,
  streamsPrimary,
  streamsQuestion,
} from './long.js';

/** Rates, steps and strengths as the searches of the study ecg chose them; those of the last four cells were not searched. */
const own = { model: 'noisy', lr: 0.01, delta: 0.1 } as const;

const shared: Omit<Study, 'name' | 'title' | 'question' | 'primary'> = {
  ...longProtocol,
  dataDescription:
    'ECG5000 of the UCR archive (PhysioNet BIDMC chf07), normal against abnormal, beats one after the other',
  settings: ecg.settings,
  models: longModels({
    ...{ own, noise: 0.6, doses: [0.1, 0.3, 1], dropout: 0.4, decay: 1, inputNoise: 1 },
    cells: [
      plainCell('control-longer', 'Noise off, longer', 'four times the epochs', { ...own, epochs: 120 }),
      plainCell('elman', 'Elman RNN', 'h ← tanh(W h + U x + b)', { model: 'elman', lr: 0.005 }),
      plainCell('gru', 'GRU', 'gated recurrent unit', { model: 'gru', lr: 0.02 }),
      plainCell('gru-noisy', 'GRU with noise', 'GRU, noise in its state', {
        ...{ model: 'gru', lr: 0.02, noise: 'sde:add=0.1,mult=0.033' },
      }),
      plainCell('lem', 'LEM', 'long expressive memory', { model: 'lem', lr: 0.01 }),
      plainCell('mingru', 'minGRU', 'minimal GRU, linear in its state: parallel by construction', {
        ...{ model: 'mingru', lr: 0.01 },
      }),
    ],
  }),
  seeds: 10,
  trainedFrom: 0.95,
  perturbations: [{ kind: 'white', strengths: [1] }],
};

export const parallel: Study = {
  ...shared,
  name: 'parallel',
  title: 'Does training with noise make a recurrent network parallelisable? ECG5000',
  question: parallelQuestion,
  parallel: { lengths: [140, 1120, 10_080], streams: 2, most: 100 },
  plan: parallelPlan(1120),
  primary: parallelPrimary,
};

export const streams: Study = {
  ...shared,
  name: 'streams',
  title: 'Can a network trained with noise be left running? ECG5000',
  question: streamsQuestion,
  streams: { lengths: [1120, 11_200, 112_000], streams: 8 },
  plan: streamsPlan(112_000),
  primary: streamsPrimary,
};
