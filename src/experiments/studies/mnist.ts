import { pixelStudy } from './mnist-pixels.js';
import { digitsTrainedFrom } from './mnist-shared.js';

/** As published but for the number of images, from which the number of updates follows. */
const published = {
  noisy: { delta: 0.01, lr: 0.001, schedule: 'step:at=91,gamma=0.1' },
  lipschitz: { delta: 0.03, lr: 0.003, schedule: 'step:at=91,gamma=0.1' },
  batchSize: 128,
  epochs: 100,
};

export const mnist = pixelStudy({
  name: 'mnist',
  title: 'Does training with noise make a recurrent network robust? MNIST pixel by pixel, 784 steps',
  dataDescription: 'MNIST (LeCun et al. 1998), 784 pixels in [0, 1], one a step',
  data: 'mnist',
  ...published,
  trainedFrom: digitsTrainedFrom,
});

export const pmnist = pixelStudy({
  name: 'pmnist',
  title: 'Does training with noise make a recurrent network robust? Permuted MNIST, 784 steps',
  dataDescription: 'MNIST (LeCun et al. 1998), 784 pixels in [0, 1] in one fixed random order, one a step',
  data: 'pmnist',
  ...published,
  lipschitz: { ...published.lipschitz, lr: 0.0035 },
});
