export { type Analysis, type AnalysisName, type AnalyzeOptions, analyze } from './analyze.js';
export type { Estimate, Figure, Missing, Progress } from './estimate.js';
export * from './hessian/index.js';
export * from './lyapunov/index.js';
export * from './margins/index.js';
export * from './parallel/index.js';
export { cut, type NoiseMode, type PathOptions } from './paths.js';
export * from './regulariser/index.js';
export * from './stability/index.js';
