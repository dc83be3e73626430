import type { ModelPlan, Search, Study } from '../study.js';

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

/** The same network regularised in other ways, as strongly as costs no more clean accuracy: fair controls for the noise. */
export function otherRegularisers(settings: ModelPlan['settings']): ModelPlan[] {
  const role = 'regulariser' as const;
  const still = { ...settings, noise: 'none' };
  return [
    { id: 'dropout', label: 'Dropout', description: 'dropout on the update of the state', role, settings: still },
    { id: 'decay', label: 'Weight decay', description: 'weight decay in place of noise', role, settings: still },
    {
      id: 'input-noise',
      label: 'Input noise',
      description: 'white noise on the inputs while training, in place of noise in the state',
      role,
      settings: still,
    },
  ];
}

/** Levels of the noise, additive and multiplicative in the proportion three to one. */
export function noiseAt(level: number): string {
  return `sde:add=${level},mult=${Number((level / 3).toPrecision(2))}`;
}

/**
 * The levels of all regularisers, noise among them, by one rule: the strongest that costs no more than the tolerance of
 * the control's validation accuracy.
 */
export function levelSearches(levels: {
  readonly noise: readonly number[];
  readonly dropout: readonly number[];
  readonly decay: readonly number[];
  readonly inputNoise: readonly number[];
}): Search[] {
  const strongest = { rule: 'strongest', reference: 'control-rate' } as const;
  const of = (values: readonly number[], word: string, settings: (level: number) => ModelPlan['settings']) =>
    values.map((level) => ({ label: `${word} ${level}`, settings: settings(level) }));
  return [
    {
      ...{ id: 'noise-level', label: 'level of the noise', appliesTo: ['noisy'], ...strongest },
      candidates: of(levels.noise, 'noise', (level) => ({ noise: noiseAt(level) })),
    },
    {
      ...{ id: 'dropout-rate', label: 'dropout rate', appliesTo: ['dropout'], ...strongest },
      candidates: of(levels.dropout, 'rate', (rate) => ({ noise: `dropout:rate=${rate}` })),
    },
    {
      ...{ id: 'decay-level', label: 'weight decay (decoupled)', appliesTo: ['decay'], ...strongest },
      candidates: of(levels.decay, 'decay', (weightDecay) => ({ optimizer: 'adamw', weightDecay })),
    },
    {
      ...{ id: 'input-noise-level', label: 'noise on the inputs', appliesTo: ['input-noise'], ...strongest },
      candidates: of(levels.inputNoise, 'σ', (inputNoise) => ({ inputNoise })),
    },
  ];
}

/** The dose–response study of the same levels. */
export function doseOf(levels: readonly number[]): NonNullable<Study['dose']> {
  return {
    base: 'control',
    label: 'noise level σ (additive σ, multiplicative σ/3)',
    levels: [
      { level: 0, settings: { noise: 'none' } },
      ...levels.map((level) => ({ level, settings: { noise: noiseAt(level) } })),
    ],
  };
}

/** The question of a study that rests on that pair, and its three answers. */
export const noiseHelps: Study['primary'] = {
  first: 'noisy',
  second: 'control',
  better: 'Training with noise helped against corrupted input',
  worse: 'Training with noise made corrupted input harder',
  unclear: 'Whether training with noise helps against corrupted input cannot be told from these runs',
};

export const noisyAgainst = (...others: readonly string[]): Study['others'] =>
  others.map((second) => ({ first: 'noisy', second }));
