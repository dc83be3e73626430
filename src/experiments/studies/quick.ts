import type { Study } from '../study.js';
import { noiseHelps, noisyPair } from './noisy-pair.js';

/** Of the noisy network and its control alike; all settings were chosen on validation data. */
const noisy = { model: 'noisy', units: 32, delta: 0.2, batchSize: 64, lr: 0.005, epochs: 30, clip: 1 } as const;

/** The main question on the embedded data, in minutes on two cores: twice the seeds tell more than twice the epochs. */
export const quick: Study = {
  name: 'quick',
  title: 'Does training with noise make a recurrent network robust? Heartbeats, three models, six seeds',
  question:
    'A noisy RNN is trained with noise in its hidden state and used without. Does it classify heartbeats whose samples ' +
    'are corrupted better than the same network trained without noise, and than an Elman network?',
  dataDescription: 'built-in synthetic electrocardiogram, one beat a sequence, in millivolts',
  settings: {
    data: 'heartbeats',
    layers: 1,
    solver: 'euler',
    step: 'fixed',
    readout: 'last',
    normalisation: 'standard',
    optimizer: 'adam',
    weightDecay: 0,
    schedule: 'cosine',
    selection: 'accuracy',
  },
  models: [
    ...noisyPair(noisy, 'sde:add=0.5,mult=0.1'),
    {
      id: 'elman',
      label: 'Elman RNN',
      description: 'h ← tanh(W h + U x + b), started from an orthogonal W, with about as many parameters',
      settings: { model: 'elman', units: 44, noise: 'none', batchSize: 32, lr: 0.0005, epochs: 35, clip: 0.5 },
    },
  ],
  seeds: 6,
  perturbations: [
    { kind: 'white', strengths: [0.05, 0.1, 0.2, 0.3] },
    { kind: 'salt-pepper', strengths: [0.02, 0.05, 0.1, 0.2] },
  ],
  perturbationSeeds: 2,
  primary: noiseHelps,
  others: [{ first: 'noisy', second: 'elman' }],
  examples: {
    perClass: 2,
    perturbations: [
      { kind: 'white', strength: 0.2 },
      { kind: 'salt-pepper', strength: 0.05 },
    ],
  },
};
