import type { Perturbation } from './perturbation.js';
import { saltPepper } from './salt-pepper.js';
import { white } from './white.js';

/** Every perturbation by kind: a new one is one file and one row here. */
export const perturbations: ReadonlyMap<string, Perturbation> = new Map(
  [white, saltPepper].map((perturbation) => [perturbation.kind, perturbation]),
);
