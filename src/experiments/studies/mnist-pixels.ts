import type { GivenConfiguration } from '../../train/index.js';
import type { ModelPlan, Study } from '../study.js';
import { mnistExamples, mnistPerturbations, mnistSettings } from './mnist-shared.js';
import { noiseHelps, noisyAgainst, noisyPair } from './noisy-pair.js';

/** Noise of the published experiments (Lim et al. 2021), smaller and larger. */
const SMALL = 'published:mult=0.02,add=0.02';
const LARGE = 'published:mult=0.02,add=0.05';

interface PixelStudy {
  readonly name: string;
  readonly title: string;
  readonly dataDescription: string;
  readonly data: string;
  /** Of the noisy network and its control; the step is learned. */
  readonly noisy: GivenConfiguration;
  readonly lipschitz: GivenConfiguration;
  readonly batchSize: number;
  readonly epochs: number;
  readonly trainedFrom?: number;
}

/** Digits pixel by pixel: the noisy network at both published levels, its control, and the Lipschitz RNN. */
export function pixelStudy({ noisy, lipschitz, data, batchSize, epochs, ...texts }: PixelStudy): Study {
  const own = { model: 'noisy', step: 'learned', ...noisy } as const;
  const larger: ModelPlan = {
    id: 'noisy-larger',
    label: 'Noisy RNN, larger noise',
    description: 'the noisy RNN at the larger of the published noise levels',
    settings: { ...own, noise: LARGE },
  };
  return {
    ...texts,
    question:
      'A noisy RNN reads handwritten digits one pixel a step, trained with noise in its hidden state and used without. Does ' +
      'it classify corrupted digits better than the same network trained without noise?',
    settings: { ...mnistSettings, data, units: 128, epochs, batchSize },
    models: [
      ...noisyPair(own, SMALL),
      larger,
      {
        id: 'lipschitz',
        label: 'Lipschitz RNN',
        description: 'the same drift with a fixed step and a learning rate of its own, as published',
        settings: { model: 'lipschitz', noise: 'none', step: 'fixed', ...lipschitz },
      },
    ],
    seeds: 5,
    ...mnistPerturbations,
    attacks: {
      rows: 100,
      seeds: 5,
      of: [
        { kind: 'sign', strengths: [0.1] },
        { kind: 'fgsm', strengths: [0.1] },
        { kind: 'pgd', strengths: [0.1] },
      ],
    },
    primary: noiseHelps,
    others: [
      ...noisyAgainst('lipschitz'),
      { first: 'noisy-larger', second: 'control' },
      { first: 'noisy-larger', second: 'lipschitz' },
    ],
    examples: mnistExamples,
  };
}
