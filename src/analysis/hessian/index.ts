export { analyzeHessian, type HessianFigures, type HessianOptions } from './analyze-hessian.js';
export { type DensityOptions, type SpectralDensity, spectralDensity } from './density.js';
export { type EigenvalueOptions, type ExtremeEigenvalues, extremeEigenvalues } from './eigenvalues.js';
export { type Krylov, Lanczos, type RitzPair, ritzPairs } from './lanczos.js';
export { type HessianScope, hessianOperator, type SymmetricOperator } from './operator.js';
export { assemble, hutchPlusPlus, type TraceFigures, type TraceOptions, traceFigures } from './trace.js';
