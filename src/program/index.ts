export { type AdjointWith, adjointProgram, noiseAdjointName, pullBack } from './adjoint.js';
export { hoist } from './hoist.js';
export { mergePrepared } from './merge-prepared.js';
export {
  atMeanNoise,
  type Deviations,
  deviationsOf,
  drawsOf,
  firstName,
  momentsOf,
  type NoiseNode,
  noiseInputName,
  noiseTangent,
  secondDerivative,
  secondName,
  withScaledNoise,
} from './noise-inputs.js';
export * from './program.js';
export { prune } from './prune.js';
export { type Direction, tangentProgram } from './tangent.js';
