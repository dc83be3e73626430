import type { Study } from '../study.js';
import { noiseHelps, noisyPair } from './noisy-pair.js';
import { quick } from './quick.js';

/** As in the study quick. */
const noisy = { model: 'noisy', units: 32, delta: 0.2, batchSize: 64, lr: 0.005, epochs: 60, clip: 1 } as const;
const noise = 'sde:add=0.5,mult=0.1';

/** The embedded data once more, with more seeds than `quick` and with what `analyze` measures: flatness, stability, margin. */
export const heartbeats: Study = {
  ...quick,
  name: 'heartbeats',
  title: 'Does training with noise make a recurrent network robust, flat and stable? Heartbeats',
  question:
    'A noisy RNN is trained on synthetic heartbeats with noise in its hidden state and used without. Is it more accurate on ' +
    'corrupted beats than the same network trained without noise, its minimum flatter, its dynamics more stable, its margin wider?',
  models: noisyPair(noisy, noise),
  seeds: 10,
  measures: { noise, trainingRows: 128, testRows: 64, seeds: 5 },
  primary: noiseHelps,
  others: [],
  plan: {
    hypothesis:
      'Noise in the hidden state while training raises the accuracy on corrupted beats, flattens the minimum, lowers the largest ' +
      'Lyapunov exponent and widens the margin.',
    planned: (
      [
        ['perturbed', 'higher'],
        ['hessianMax', 'lower'],
        ['hessianTrace', 'lower'],
        ['exponent', 'lower'],
        ['marginLinearised', 'higher'],
        ['marginAttack', 'higher'],
      ] as const
    ).map(([measure, expected]) => ({ first: 'noisy', second: 'control', measure, expected })),
    exploratory: 'single perturbations and strengths',
  },
};
