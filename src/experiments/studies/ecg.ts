import type { Study } from '../study.js';
import { noiseHelps, noisyPair } from './noisy-pair.js';

/** Of the noisy network and its control alike. */
const noisy = { model: 'noisy', delta: 0.2, lr: 0.005 } as const;
const discrete = { noise: 'none', lr: 0.002 } as const;

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
  models: [
    ...noisyPair(noisy, 'sde:add=0.3,mult=0.1'),
    {
      id: 'lipschitz',
      label: 'Lipschitz RNN',
      description: 'the same drift with the step size of its authors',
      settings: { model: 'lipschitz', noise: 'none', delta: 0.03, lr: 0.005 },
    },
    {
      id: 'antisymmetric',
      label: 'Antisymmetric RNN',
      description: 'dh = tanh((M − Mᵀ − γI) h + U x + b) dt',
      settings: { model: 'antisymmetric', noise: 'none', delta: 0.1, lr: 0.005 },
    },
    {
      id: 'cornn',
      label: 'coRNN',
      description: 'coupled oscillators, IMEX step',
      settings: { model: 'cornn', noise: 'none', lr: 0.005 },
    },
    {
      id: 'exponential',
      label: 'Exponential RNN',
      description: 'orthogonal recurrence exp(K − Kᵀ), modReLU; a tenth of the rate for K',
      settings: { model: 'exponential', ...discrete, groups: ['K:lrScale=0.1'] },
    },
    {
      id: 'elman',
      label: 'Elman RNN',
      description: 'h ← tanh(W h + U x + b), started from an orthogonal W',
      settings: { model: 'elman', ...discrete, lr: 0.0005, clip: 0.5 },
    },
    {
      id: 'gru',
      label: 'GRU',
      description: 'gated recurrent unit',
      settings: { model: 'gru', ...discrete, lr: 0.005 },
    },
    {
      id: 'lstm',
      label: 'LSTM',
      description: 'long short-term memory',
      settings: { model: 'lstm', ...discrete, lr: 0.005 },
    },
  ],
  seeds: 10,
  perturbations: [
    { kind: 'white', strengths: [0.2, 0.5, 1] },
    { kind: 'multiplicative', strengths: [0.2, 0.5, 1] },
    { kind: 'salt-pepper', strengths: [0.03, 0.1, 0.2] },
  ],
  perturbationSeeds: 3,
  primary: noiseHelps,
  others: [
    { first: 'noisy', second: 'lipschitz' },
    { first: 'noisy', second: 'gru' },
    { first: 'noisy', second: 'lstm' },
  ],
  examples: {
    perClass: 2,
    perturbations: [
      { kind: 'white', strength: 0.5 },
      { kind: 'salt-pepper', strength: 0.1 },
    ],
  },
};
