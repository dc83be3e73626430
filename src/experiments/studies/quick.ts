import type { Study } from '../study.js';

/** The main question on the embedded data, in minutes on two cores. */
export const quick: Study = {
  name: 'quick',
  title: 'Does training with noise make a recurrent network robust? Heartbeats, three models, three seeds',
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
    batchSize: 32,
  },
  models: [
    {
      id: 'noisy',
      label: 'Noisy RNN',
      description: 'A h + tanh(W h + U x + b), noise in the hidden state while training, off when used',
      settings: {
        model: 'noisy',
        units: 32,
        delta: 0.1,
        noise: 'sde:add=0.3,mult=0.1',
        lr: 0.005,
        epochs: 60,
        clip: 1,
      },
    },
    {
      id: 'control',
      label: 'Noise off',
      description: 'the same network, started from the same weights and trained alike, without noise',
      settings: { model: 'noisy', units: 32, delta: 0.1, noise: 'none', lr: 0.005, epochs: 60, clip: 1 },
    },
    {
      id: 'elman',
      label: 'Elman RNN',
      description: 'tanh(W h + U x + b), started from an orthogonal W',
      settings: { model: 'elman', units: 64, noise: 'none', lr: 0.0005, epochs: 90, clip: 0.5 },
    },
  ],
  seeds: 3,
  perturbations: [
    { kind: 'white', strengths: [0.05, 0.1, 0.2, 0.4] },
    { kind: 'salt-pepper', strengths: [0.02, 0.05, 0.1] },
  ],
  perturbationSeeds: 3,
  primary: {
    first: 'noisy',
    second: 'control',
    better: 'Training with noise helped against corrupted input',
    worse: 'Training with noise made corrupted input harder',
    unclear: 'Whether training with noise helps against corrupted input cannot be told from these runs',
  },
  others: [{ first: 'noisy', second: 'elman' }],
  examples: {
    perClass: 2,
    perturbations: [
      { kind: 'white', strength: 0.2 },
      { kind: 'salt-pepper', strength: 0.05 },
    ],
  },
};
