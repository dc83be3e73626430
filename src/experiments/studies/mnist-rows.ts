import type { Study } from '../study.js';
import { baselines, bestOf, rates, steps } from './baselines.js';
import { digitsTrainedFrom, mnistExamples, mnistPerturbations, mnistSettings } from './mnist-shared.js';
import {
  doseOf,
  levelSearches,
  noiseAt,
  noiseHelps,
  noisyAgainst,
  noisyPair,
  otherRegularisers,
} from './noisy-pair.js';

/** Of the noisy network and its control alike. */
const noisy = { model: 'noisy' } as const;
const noiseLevels = [0.1, 0.2, 0.4];

/** Of coRNN: its authors' oscillators, over 28 long steps in place of 784 short ones. */
const longSteps = [
  { label: 'γ 2.7, κ 4.7, δ 0.1', settings: { model: 'cornn:delta=0.1,gamma=2.7,kappa=4.7' } },
  { label: 'γ 2.7, κ 4.7, δ 0.3', settings: { model: 'cornn:delta=0.3,gamma=2.7,kappa=4.7' } },
];

/** K at a tenth of the rate of the rest, as its authors train it. */
const slowK = [{ label: 'K at 0.1 of it', settings: { groups: ['K:lrScale=0.1'] } }];

/** Handwritten digits row by row: 28 steps of 28 pixels. */
export const mnistRows: Study = {
  name: 'mnist-rows',
  title: 'Does training with noise make a recurrent network robust? MNIST by rows, nine models',
  question:
    'A noisy RNN is trained on handwritten digits, a row of pixels a step, with noise in its hidden state and used without. ' +
    'Does it classify corrupted digits better than the same network trained without noise, and than other recurrent networks?',
  dataDescription: 'MNIST (LeCun et al. 1998), 28 steps of 28 pixels in [0, 1]',
  settings: { ...mnistSettings, data: 'mnist-rows', units: 128, epochs: 15, batchSize: 64 },
  models: [...noisyPair(noisy, noiseAt(0.2)), ...baselines, ...otherRegularisers(noisy)],
  searches: [
    bestOf('control', rates([0.005, 0.01], steps([0.25, 0.5]))),
    bestOf('lipschitz', rates([0.002, 0.005], steps([0.1, 0.3]))),
    bestOf('antisymmetric', rates([0.002, 0.005], steps([0.1, 0.3]))),
    bestOf('cornn', rates([0.01, 0.03], longSteps)),
    bestOf('exponential', rates([0.001, 0.002, 0.005, 0.01], slowK)),
    bestOf('elman', rates([0.0005, 0.001, 0.002, 0.005, 0.01])),
    bestOf('gru', rates([0.001, 0.002, 0.005, 0.01])),
    bestOf('lstm', rates([0.001, 0.002, 0.005, 0.01])),
    ...levelSearches({
      noise: noiseLevels,
      dropout: [0.1, 0.2, 0.4],
      decay: [0.1, 0.3, 1],
      inputNoise: [0.1, 0.2, 0.4],
    }),
  ],
  searchSeeds: [101, 102],
  dose: doseOf(noiseLevels),
  seeds: 10,
  trainedFrom: digitsTrainedFrom,
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
  others: noisyAgainst('dropout', 'decay', 'input-noise', 'lipschitz', 'gru', 'lstm'),
  examples: mnistExamples,
};
