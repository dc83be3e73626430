export {
  atMeanNoise,
  type Deviations,
  drawsOf,
  firstName,
  noiseTangent,
  secondDerivative,
  secondName,
  withScaledNoise,
} from '../../program/index.js';
export { analyzeRegulariser, type RegulariserFigures, type RegulariserOptions } from './analyze-regulariser.js';
export { type Contributions, regulariserContributions } from './contributions.js';
export { noiseHessianTrace } from './noise-trace.js';
export { firstOrderShift, type GapOptions, monteCarloGap } from './paths-loss.js';
export { propagatedRegulariser } from './propagation.js';
export { pulledBackQ } from './pull-back.js';
export {
  createProbe,
  type Probe,
  type ProbeOptions,
  type RegulariserEstimates,
  stochasticRegulariser,
} from './stochastic.js';
