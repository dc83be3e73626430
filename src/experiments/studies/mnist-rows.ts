import type { Study } from '../study.js';
import { baselines, bestOf, oscillators, rates, slownessOfK, steps } from './baselines.js';
import { mnistExamples, mnistPerturbations, mnistSettings } from './mnist-shared.js';
import {
  doseOf,
  levelSearches,
  noiseAt,
  noiseHelps,
  noisyAgainst,
  noisyPair,
  otherRegularisers,
} from './noisy-pair.js';

const noisy = { model: 'noisy' } as const;
const noiseLevels = [0.05, 0.1, 0.2, 0.4];
const gates = [0.0005, 0.001, 0.002, 0.005];

/** Handwritten digits row by row: 28 steps of 28 pixels. */
export const mnistRows: Study = {
  name: 'mnist-rows',
  title: 'Does training with noise make a recurrent network robust? MNIST by rows, nine models',
  question:
    'A noisy RNN is trained on handwritten digits, a row of pixels a step, with noise in its hidden state and used without. ' +
    'Does it classify corrupted digits better than the same network trained without noise, and than other recurrent networks?',
  dataDescription: 'MNIST (LeCun et al. 1998), 28 steps of 28 pixels in [0, 1]',
  settings: { ...mnistSettings, data: 'mnist-rows', units: 128, epochs: 15, batchSize: 64 },
  models: [...noisyPair(noisy, noiseAt(0.1)), ...baselines, ...otherRegularisers(noisy)],
  searches: [
    bestOf('control', rates([0.002, 0.005], steps([0.2, 0.5]))),
    bestOf('lipschitz', rates([0.002, 0.005], steps([0.03, 0.1]))),
    bestOf('antisymmetric', rates([0.002, 0.005], steps([0.1, 0.3]))),
    bestOf('cornn', rates([0.002, 0.005], oscillators)),
    bestOf('exponential', rates([0.0005, 0.001], slownessOfK)),
    bestOf('elman', rates([0.0002, 0.0005, 0.001, 0.002])),
    bestOf('gru', rates(gates)),
    bestOf('lstm', rates(gates)),
    ...levelSearches({
      noise: noiseLevels,
      dropout: [0.05, 0.1, 0.2, 0.4],
      decay: [0.03, 0.1, 0.3, 1],
      inputNoise: [0.05, 0.1, 0.2, 0.4],
    }),
  ],
  searchSeeds: [101],
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
  measures: { noise: noiseAt(0.1), trainingRows: 128, testRows: 64, seeds: 5 },
  primary: noiseHelps,
  others: noisyAgainst('dropout', 'decay', 'input-noise', 'lipschitz', 'gru', 'lstm'),
  examples: mnistExamples,
};
