import type { ModelPlan, Search } from '../study.js';

const discrete = { noise: 'none' } as const;

/** The networks that the noisy one is compared with, by the equations of their authors; rates are searched for. */
export const baselines: readonly ModelPlan[] = [
  {
    id: 'lipschitz',
    label: 'Lipschitz RNN',
    description: 'the drift of the noisy RNN without noise, with a step size of its own',
    settings: { model: 'lipschitz', noise: 'none' },
  },
  {
    id: 'antisymmetric',
    label: 'Antisymmetric RNN',
    description: 'dh = tanh((M − Mᵀ − γI) h + U x + b) dt',
    settings: { model: 'antisymmetric', noise: 'none' },
  },
  {
    id: 'cornn',
    label: 'coRNN',
    description: 'coupled oscillators, IMEX step',
    settings: { model: 'cornn', ...discrete },
  },
  {
    id: 'exponential',
    label: 'Exponential RNN',
    description: 'orthogonal recurrence exp(K − Kᵀ), modReLU; K with a rate of its own',
    settings: { model: 'exponential', ...discrete },
  },
  {
    id: 'elman',
    label: 'Elman RNN',
    description: 'h ← tanh(W h + U x + b), started from an orthogonal W',
    settings: { model: 'elman', ...discrete, clip: 0.5 },
  },
  { id: 'gru', label: 'GRU', description: 'gated recurrent unit', settings: { model: 'gru', ...discrete } },
  { id: 'lstm', label: 'LSTM', description: 'long short-term memory', settings: { model: 'lstm', ...discrete } },
];

/** The noisy network's control, and what trains and runs exactly as it does. */
export const noisyFamily = ['control', 'noisy', 'dropout', 'decay', 'input-noise'];

type Candidates = Search['candidates'];

/** Every learning rate with every variant. */
export function rates(values: readonly number[], variants: Candidates = [{ label: '', settings: {} }]): Candidates {
  return variants.flatMap(({ label, settings }) =>
    values.map((lr) => ({ label: [`rate ${lr}`, label].filter(Boolean).join(', '), settings: { ...settings, lr } })),
  );
}

export function steps(values: readonly number[]): Candidates {
  return values.map((delta) => ({ label: `step ${delta}`, settings: { delta } }));
}

/** Of the exponential RNN: how much slower K learns than the rest. */
export const slownessOfK: Candidates = [0.1, 1].map((scale) => ({
  label: `K at ${scale} of it`,
  settings: { groups: [`K:lrScale=${scale}`] },
}));

/** Of coRNN: what its authors use for pixel-by-pixel MNIST, ordered and permuted. */
export const oscillators: Candidates = [
  { label: 'γ 2.7, κ 4.7, δ 0.042', settings: { model: 'cornn:delta=0.042,gamma=2.7,kappa=4.7' } },
  { label: 'γ 0.4, κ 8, δ 0.076', settings: { model: 'cornn:delta=0.076,gamma=0.4,kappa=8' } },
];

/** The search for the best candidate of one model, or of the noisy network's whole family by its control. */
export function bestOf(id: string, candidates: Candidates): Search {
  const appliesTo = id === 'control' ? noisyFamily : [id];
  return { id: `${id}-rate`, label: `learning rate of ${id}`, appliesTo, rule: 'best', candidates };
}
