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
export { type MethodName, type MethodOptions, methods } from './methods/index.js';
export type { FilterOptions } from './problem.js';
