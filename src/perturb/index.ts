export * from './attacks/index.js';
export { findPerturbation, parsePerturbation } from './parse.js';
export type { Perturbation, PerturbationContext } from './perturbation.js';
export { perturbations } from './table.js';
