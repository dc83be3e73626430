import type { Study } from '../study.js';
import { baselines, bestOf, oscillators, rates, slownessOfK, steps } from './baselines.js';
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
const noiseLevels = [0.1, 0.3, 0.6, 1];
const gates = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02];

/** Real heartbeats, normal against abnormal: the noisy network, its control, and the seven it is compared with. */
export const ecg: Study = {
  name: 'ecg',
  title: 'Does training with noise make a recurrent network robust? ECG5000, nine models',
  question:
    'A noisy RNN is trained on heartbeats with noise in its hidden state and used without. Does it classify corrupted ' +
    'beats better than the same network trained without noise, and than other recurrent networks?',
  dataDescription: 'ECG5000 of the UCR archive (PhysioNet BIDMC chf07), one beat a sequence, normal against abnormal',
  settings: {
    data: 'ecg5000',
    layers: 1,
    units: 32,
    solver: 'euler',
    readout: 'last',
    normalisation: 'standard',
    optimizer: 'adam',
    weightDecay: 0,
    schedule: 'cosine',
    selection: 'accuracy',
    epochs: 30,
    batchSize: 32,
    clip: 1,
  },
  models: [...noisyPair(noisy, noiseAt(0.3)), ...baselines, ...otherRegularisers(noisy)],
  searches: [
    bestOf('control', rates([0.002, 0.005, 0.01], steps([0.1, 0.2]))),
    bestOf('lipschitz', rates([0.002, 0.005, 0.01], steps([0.03, 0.06]))),
    bestOf('antisymmetric', rates([0.002, 0.005, 0.01], steps([0.03, 0.1]))),
    bestOf('cornn', rates([0.005, 0.01, 0.02], oscillators)),
    bestOf('exponential', rates([0.0005, 0.001, 0.002], slownessOfK)),
    bestOf('elman', rates([0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005])),
    bestOf('gru', rates(gates)),
    bestOf('lstm', rates(gates)),
    ...levelSearches({
      noise: noiseLevels,
      dropout: [0.05, 0.1, 0.2, 0.4],
      decay: [0.03, 0.1, 0.3, 1],
      inputNoise: [0.1, 0.25, 0.5, 1],
    }),
  ],
  searchSeeds: [101, 102],
  dose: doseOf(noiseLevels),
  seeds: 10,
  perturbations: [
    { kind: 'white', strengths: [0.2, 0.5, 1] },
    { kind: 'multiplicative', strengths: [0.2, 0.5, 1] },
    { kind: 'salt-pepper', strengths: [0.03, 0.1, 0.2] },
  ],
  perturbationSeeds: 3,
  attacks: {
    rows: 200,
    seeds: 5,
    of: [
      { kind: 'sign', strengths: [0.05, 0.1] },
      { kind: 'fgsm', strengths: [0.05, 0.1] },
      { kind: 'pgd', strengths: [0.05, 0.1] },
      { kind: 'random-search', strengths: [0.1] },
      { kind: 'pgd-l2', strengths: [1] },
    ],
  },
  measures: { noise: noiseAt(0.3), trainingRows: 128, testRows: 64, seeds: 5 },
  primary: noiseHelps,
  others: noisyAgainst('dropout', 'decay', 'input-noise', 'lipschitz', 'gru', 'lstm'),
  examples: {
    perClass: 2,
    perturbations: [
      { kind: 'white', strength: 0.5 },
      { kind: 'salt-pepper', strength: 0.1 },
    ],
  },
};
