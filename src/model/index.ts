export { type Batch, selectBatch } from './batch.js';
export { bind, variantOf } from './bind.js';
export { type InitialState, initialState, parseInitialState, startAtZero } from './initial-state.js';
export { initialise } from './initialise.js';
export { buildLayer, type Layer, type LayerSpec, type StepSize } from './layer.js';
export * from './losses/index.js';
export { buildModel, isBidirectional, type Model, type ModelSpec, type ProgramOptions } from './model.js';
export { noiseScaleName } from './model-spec.js';
export { drawsNoise, layerNoise, noiseSituations, requireFiniteVariance, silentNoise } from './noise-of.js';
export {
  createObjective,
  type GradientValue,
  type LossValue,
  type Noise,
  type Objective,
} from './objective.js';
export { type PlannedWork, planMemory } from './plan.js';
export { partsOf, type Refined, refine } from './refine.js';
export {
  createRegularisedObjective,
  type RegularisedObjective,
  type RegularisedValue,
} from './regularised-objective.js';
export { type BoundTargets, targetsOf } from './targets.js';
export { type TracedCell, traceCell, tracedCell } from './traced/cell.js';
export { type TracedNoise, tracedNoise, traceNoise } from './traced/noise.js';
