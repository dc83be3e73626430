import type { ModelPlan, Study } from '../study.js';

/** The noisy network and its control: the same settings, noise on and noise off. */
export function noisyPair(settings: ModelPlan['settings'], noise: string): ModelPlan[] {
  return [
    {
      id: 'noisy',
      label: 'Noisy RNN',
      description: 'dh = (A h + tanh(W h + U x + b)) dt, noise in the hidden state while training, none when used',
      settings: { ...settings, noise },
    },
    {
      id: 'control',
      label: 'Noise off',
      description: 'the same network, started from the same weights and trained on the same batches, without noise',
      settings: { ...settings, noise: 'none' },
    },
  ];
}

/** The question of a study that rests on that pair, and its three answers. */
export const noiseHelps: Study['primary'] = {
  first: 'noisy',
  second: 'control',
  better: 'Training with noise helped against corrupted input',
  worse: 'Training with noise made corrupted input harder',
  unclear: 'Whether training with noise helps against corrupted input cannot be told from these runs',
};
