import type { Study } from '../study.js';

/** What all readings of MNIST share. */
export const mnistSettings: Study['settings'] = {
  layers: 1,
  solver: 'euler',
  readout: 'last',
  normalisation: 'none',
  optimizer: 'adam',
  weightDecay: 0,
  schedule: 'cosine',
  selection: 'accuracy',
  clip: 1,
};

/** Validation accuracy that networks reach on digits in their own order, once trained. */
export const digitsTrainedFrom = 0.95;

/** The published strengths, and noise in proportion to the pixel. */
export const mnistPerturbations: Pick<Study, 'perturbations' | 'perturbationSeeds'> = {
  perturbations: [
    { kind: 'white', strengths: [0.1, 0.2, 0.3] },
    { kind: 'multiplicative', strengths: [0.2, 0.5, 1] },
    { kind: 'salt-pepper', strengths: [0.03, 0.05, 0.1] },
  ],
  perturbationSeeds: 2,
};

export const mnistExamples: Study['examples'] = {
  perClass: 1,
  perturbations: [
    { kind: 'white', strength: 0.2 },
    { kind: 'salt-pepper', strength: 0.1 },
  ],
};
