export { chiSquareTail } from './chi-square.js';
export type { CovarianceLike } from './covariance-of.js';
export {
  type CreateFilterOptions,
  createFilter,
  type Filter,
  type Filtered,
  type RunInputs as FilterInputs,
  type Series,
  type Smoothed,
} from './create-filter.js';
export {
  buildGenerator,
  type GeneratorModel,
  generatorLikelihoods,
  generatorProblem,
  isGenerator,
  parametersOf,
} from './generator.js';
export { createGeneratorObjective, objectiveOf } from './generator-objective.js';
export type { Likelihood, ObservedSeries } from './likelihood.js';
export { type Method, type MethodName, type MethodOptions, methods } from './methods/index.js';
export type { FilterOptions } from './problem.js';
export { type LikelihoodGradient, observedInformation, standardErrors } from './standard-errors.js';
