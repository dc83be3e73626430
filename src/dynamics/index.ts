export { type StateLayout, stateLayout } from './layout.js';
export { identityRows, type LinearisedStep, linearise, type StepGraphs, stepGraphs } from './linearise.js';
export { type NoiseInputs, noiseInputsOf, unitNoise } from './noise-inputs.js';
export { type Binding, planRows, type RowsPlan, sumOfRows } from './rows-plan.js';
export { type SpaceBuffers, type StateSpace, spaceBuffers, stateSpace } from './state-space.js';
export { type StepAdjoint, stepAdjoint } from './step-adjoint.js';
export { stepProgram, stepWithSecondDerivatives, stepWithTangents } from './step-program.js';
