import type { Study } from '../study.js';
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
import { mnistRows } from './mnist-rows.js';
import { digitsTrainedFrom } from './mnist-shared.js';

/** Rates, steps and strengths as the searches of the study mnist-rows chose them; that of the minimal GRU was not searched. */
const own = { model: 'noisy', lr: 0.01, delta: 0.25 } as const;

const shared: Omit<Study, 'name' | 'title' | 'question' | 'primary'> = {
  ...longProtocol,
  dataDescription: 'MNIST (LeCun et al. 1998) by rows, 28 steps a digit, digits one after the other',
  settings: mnistRows.settings,
  models: longModels({
    ...{ own, noise: 0.2, doses: [0.1, 0.4], dropout: 0.4, decay: 0.1, inputNoise: 0.4 },
    cells: [
      plainCell('gru', 'GRU', 'gated recurrent unit', { model: 'gru', lr: 0.01 }),
      plainCell('mingru', 'minGRU', 'minimal GRU, linear in its state: parallel by construction', {
        ...{ model: 'mingru', lr: 0.01 },
      }),
    ],
  }),
  seeds: 10,
  trainedFrom: digitsTrainedFrom,
  perturbations: [{ kind: 'white', strengths: [0.2] }],
};

export const parallelRows: Study = {
  ...shared,
  name: 'parallel-rows',
  title: 'Does training with noise make a recurrent network parallelisable? MNIST by rows',
  question: parallelQuestion,
  parallel: { lengths: [28, 224, 1008], streams: 2, most: 100 },
  plan: parallelPlan(224),
  primary: parallelPrimary,
};

export const streamsRows: Study = {
  ...shared,
  name: 'streams-rows',
  title: 'Can a network trained with noise be left running? MNIST by rows',
  question: streamsQuestion,
  streams: { lengths: [1008, 10_080, 100_800], streams: 8 },
  plan: streamsPlan(100_800),
  primary: streamsPrimary,
};
