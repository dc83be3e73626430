import type { PlannedComparison, Study, StudyPlan } from '../study.js';
import { pixelStudy } from './mnist-pixels.js';
import { mnistRows } from './mnist-rows.js';
import { mnistSettings } from './mnist-shared.js';

/** Both published levels against the control, the Lipschitz RNN, and noise on the inputs where that is run. */
function planFor(inputNoise: boolean): StudyPlan {
  const of = (first: string, second: string, measure: string): PlannedComparison => ({
    ...{ first, second, measure, expected: 'higher' },
  });
  return {
    hypothesis:
      'At both published levels noise in the hidden state while training raises the accuracy on corrupted pictures of clothes, ' +
      'averaged over the published perturbations, above that of the same network trained without noise.',
    planned: [
      of('noisy', 'control', 'perturbed'),
      of('noisy-larger', 'control', 'perturbed'),
      of('noisy', 'control', 'clean'),
      of('noisy-larger', 'lipschitz', 'perturbed'),
      ...(inputNoise ? [of('noisy-larger', 'input-noise', 'perturbed')] : []),
    ],
    exploratory: 'single perturbations and strengths, attacks',
  };
}

/** A quarter of the clothes' pixels, one a step: 20,000 images, five seeds. */
export const fashion196: Study = {
  ...pixelStudy({
    name: 'fashion-196',
    title: 'Does training with noise make a recurrent network robust? Fashion-MNIST pixel by pixel, 196 steps',
    dataDescription: 'Fashion-MNIST (Xiao et al. 2017) averaged to 14 × 14 pixels in [0, 1], one pixel a step',
    data: 'fashion-mnist-196',
    noisy: { delta: 0.04, lr: 0.003, limitTrain: 20_000 },
    lipschitz: { delta: 0.12, lr: 0.003, limitTrain: 20_000 },
    batchSize: 64,
    epochs: 100,
  }),
  plan: planFor(false),
};

/** All 60,000 images, a row of 28 pixels a step; rates, steps and strengths as chosen on MNIST by rows. */
export const fashionRows: Study = (() => {
  const study = pixelStudy({
    name: 'fashion-rows',
    title: 'Does training with noise make a recurrent network robust? Fashion-MNIST by rows',
    dataDescription: 'Fashion-MNIST (Xiao et al. 2017), 28 steps of 28 pixels in [0, 1]',
    data: 'fashion-mnist-rows',
    noisy: { delta: 0.25, lr: 0.01 },
    lipschitz: { delta: 0.3, lr: 0.005 },
    batchSize: 64,
    epochs: 15,
  });
  return {
    ...study,
    settings: { ...mnistSettings, data: 'fashion-mnist-rows', units: 128, epochs: 15, batchSize: 64 },
    models: [
      ...study.models,
      {
        id: 'input-noise',
        label: 'Input noise',
        description: 'white noise on the inputs while training, in place of noise in the state',
        role: 'regulariser' as const,
        settings: { model: 'noisy', step: 'learned', delta: 0.25, lr: 0.01, noise: 'none', inputNoise: 0.4 },
      },
    ],
    seeds: 10,
    ...(mnistRows.measures === undefined ? {} : { measures: mnistRows.measures }),
    plan: planFor(true),
  };
})();
