import type { ModelPlan, Study } from '../study.js';
import { baselines } from './baselines.js';
import { mnistExamples, mnistPerturbations, mnistSettings } from './mnist-shared.js';
import { doseOf, noiseAt, noiseHelps, noisyAgainst, noisyPair } from './noisy-pair.js';

const noisy = { model: 'noisy', delta: 0.5, lr: 0.005 } as const;
const noiseLevels = [0.1, 0.2, 0.4];

/** Usual rates, not searched for on these data. */
const rates: Readonly<Record<string, ModelPlan['settings']>> = {
  lipschitz: { delta: 0.1, lr: 0.005 },
  antisymmetric: { delta: 0.3, lr: 0.005 },
  cornn: { model: 'cornn:delta=0.1,gamma=2.7,kappa=4.7', lr: 0.01 },
  exponential: { lr: 0.001, groups: ['K:lrScale=0.1'] },
  elman: { lr: 0.001 },
  gru: { lr: 0.002 },
  lstm: { lr: 0.002 },
};

/** Handwritten digits row by row: 28 steps of 28 pixels. */
export const mnistRows: Study = {
  name: 'mnist-rows',
  title: 'Does training with noise make a recurrent network robust? MNIST by rows, nine models',
  question:
    'A noisy RNN is trained on handwritten digits, a row of pixels a step, with noise in its hidden state and used without. ' +
    'Does it classify corrupted digits better than the same network trained without noise, and than other recurrent networks?',
  dataDescription: 'MNIST (LeCun et al. 1998), 28 steps of 28 pixels in [0, 1]',
  settings: { ...mnistSettings, data: 'mnist-rows', units: 128, epochs: 15, batchSize: 64 },
  models: [
    ...noisyPair(noisy, noiseAt(0.2)),
    ...baselines.map((model) => ({ ...model, settings: { ...model.settings, ...rates[model.id] } })),
  ],
  dose: doseOf(noiseLevels),
  seeds: 10,
  ...mnistPerturbations,
  attacks: {
    rows: 200,
    seeds: 5,
    of: [
      { kind: 'sign', strengths: [0.03, 0.1] },
      { kind: 'fgsm', strengths: [0.03, 0.1] },
      { kind: 'pgd', strengths: [0.03, 0.1] },
      { kind: 'random-search', strengths: [0.1] },
      { kind: 'pgd-l2', strengths: [1] },
    ],
  },
  measures: { noise: noiseAt(0.2), trainingRows: 128, testRows: 64, seeds: 5 },
  primary: noiseHelps,
  others: noisyAgainst('lipschitz', 'gru', 'lstm'),
  examples: mnistExamples,
};
