/** What the studies of long sequences share: their models, trained as in the studies of robustness, and their plans. */
import type { GivenConfiguration } from '../../train/index.js';
import type { ModelPlan, PlannedComparison, Study, StudyPlan } from '../study.js';
import { noiseAt, noisyPair } from './noisy-pair.js';

interface LongModels {
  /** Of the noisy network and its control. */
  readonly own: GivenConfiguration;
  readonly noise: number;
  readonly doses: readonly number[];
  /** As chosen by validation accuracy in the study of robustness on the same data. */
  readonly dropout: number;
  readonly decay: number;
  readonly inputNoise: number;
  readonly cells: readonly ModelPlan[];
}

/** The pair, other levels of the noise, other regularisers, and other cells. */
export function longModels({ own, noise, doses, dropout, decay, inputNoise, cells }: LongModels): ModelPlan[] {
  const still = { ...own, noise: 'none' };
  const regulariser = (id: string, label: string, description: string, settings: GivenConfiguration): ModelPlan => ({
    ...{ id, label, description, role: 'regulariser', settings: { ...still, ...settings } },
  });
  return [
    ...noisyPair(own, noiseAt(noise)),
    regulariser('input-noise', 'Input noise', 'white noise on the inputs in place of noise in the state', {
      inputNoise,
    }),
    regulariser('dropout', 'Dropout', 'dropout on the update of the state', { noise: `dropout:rate=${dropout}` }),
    regulariser('decay', 'Weight decay', 'weight decay in place of noise', { optimizer: 'adamw', weightDecay: decay }),
    ...doses.map(
      (level): ModelPlan => ({
        id: `noise-${level}`,
        label: `Noise ${level}`,
        description: `as Noisy RNN, level ${level}`,
        role: 'dose',
        settings: { ...own, noise: noiseAt(level) },
      }),
    ),
    ...cells,
  ];
}

/** Trained as the study says, without noise. */
export function plainCell(id: string, label: string, description: string, settings: GivenConfiguration): ModelPlan {
  return { id, label, description, settings: { noise: 'none', ...settings } };
}

const REGULARISERS = ['input-noise', 'dropout', 'decay'];

/** Is it noise, or any regulariser? Every comparison of the plan is at the same length. */
export function parallelPlan(length: number): StudyPlan {
  const of = (second: string, measure: string): PlannedComparison => ({
    ...{ first: 'noisy', second, measure: `${measure}.${length}`, expected: 'lower' },
    ...(measure === 'exponent' ? {} : { logarithm: true }),
  });
  return {
    hypothesis:
      'Noise in the hidden state while training lowers the largest Lyapunov exponent, and with it the iterations that Newton’s ' +
      `method over ${length} steps takes from zero (plain form), below those of the same network trained without noise.`,
    planned: [
      of('control', 'iterations'),
      of('control', 'damped'),
      of('control', 'exponent'),
      ...REGULARISERS.map((second) => of(second, 'iterations')),
    ],
    exploratory:
      'other lengths and levels of the noise, other cells, and how iterations and exponent are tied over all networks',
  };
}

export function streamsPlan(length: number): StudyPlan {
  const of = (second: string, measure: string, expected: 'lower' | 'higher'): PlannedComparison => ({
    ...{ first: 'noisy', second, measure: `${measure}.${length}`, expected },
  });
  return {
    hypothesis:
      `Left running for ${length} steps without a reset, a network trained with noise in its hidden state reads sequences more ` +
      'accurately than the same network trained without noise, and its state grows less.',
    planned: [
      of('control', 'reading', 'higher'),
      of('control', 'growth', 'lower'),
      of('control', 'inside', 'higher'),
      ...REGULARISERS.map((second) => of(second, 'reading', 'higher')),
    ],
    exploratory:
      'other lengths and levels of the noise, other cells, and what exponent and certificate said beforehand',
  };
}

/** What these studies say of accuracy is little: one perturbation, so that the runs can be told to be trained. */
export const longProtocol = {
  perturbationSeeds: 1,
  others: [],
  examples: { perClass: 1, perturbations: [] },
} satisfies Partial<Study>;

export const parallelPrimary: Study['primary'] = {
  first: 'noisy',
  second: 'control',
  better: 'Training with noise lowered the iterations of Newton’s method over time',
  worse: 'Training with noise raised the iterations of Newton’s method over time',
  unclear:
    'Whether training with noise changes the iterations of Newton’s method over time cannot be told from these runs',
};

export const streamsPrimary: Study['primary'] = {
  first: 'noisy',
  second: 'control',
  better: 'Trained with noise the network could be left running longer',
  worse: 'Trained with noise the network could be left running less long',
  unclear: 'Whether a network trained with noise can be left running longer cannot be told from these runs',
};

export const parallelQuestion =
  'All steps of a recurrent network can be solved for at once by Newton’s method over time, in few iterations where its dynamics ' +
  'contract. Does training with noise in the hidden state make a network parallelisable, and is it the noise or any regulariser?';

export const streamsQuestion =
  'A network trained on short sequences is left running on a stream of them, its state never reset. Does training with noise in ' +
  'the hidden state keep the state in its range and the readings right, and is it the noise or any regulariser?';
