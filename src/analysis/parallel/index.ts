export {
  analyzeParallel,
  type ParallelAnalysis,
  type ParallelFigures,
  type ParallelOptions,
} from './analyze-parallel.js';
export { type NewtonForm, type NewtonOptions, type NewtonResult, newtonForms, solveInParallel } from './newton.js';
