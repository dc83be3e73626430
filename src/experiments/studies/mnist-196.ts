import { pixelStudy } from './mnist-pixels.js';
import { digitsTrainedFrom } from './mnist-shared.js';

/** A quarter of the pixels, so a step four times that of 784 pixels spans the same time. */
export const mnist196 = pixelStudy({
  name: 'mnist-196',
  title: 'Does training with noise make a recurrent network robust? MNIST pixel by pixel, 196 steps',
  dataDescription: 'MNIST (LeCun et al. 1998) averaged to 14 × 14 pixels in [0, 1], one pixel a step',
  data: 'mnist-196',
  noisy: { delta: 0.04, lr: 0.003 },
  lipschitz: { delta: 0.12, lr: 0.003 },
  batchSize: 64,
  epochs: 100,
  trainedFrom: digitsTrainedFrom,
});
