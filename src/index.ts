/**
 * noisy-rnn, the part that runs anywhere: write a cell, build a model, train, evaluate, predict. Files come through an
 * interface (`Files`): in memory here, on disk from `noisy-rnn/node`.
 */
export * from './cells/index.js';
export * from './data/index.js';
export * from './deploy/index.js';
export type { Engine, Kernel, NoiseSource, RunInputs, RunOutputs } from './engine/engine.js';
export { interruptible } from './engine/interruptible.js';
export {
  type EngineAvailability,
  type EngineChoice,
  engineReport,
  openEngine,
} from './engine/open-engine.js';
export { createReferenceEngine } from './engine/reference/reference-engine.js';
export { InputError } from './errors.js';
export * from './export/index.js';
export * from './graph/index.js';
export { fromPublished, toPublished } from './interop/published.js';
export { readSafetensors, writeSafetensors } from './interop/safetensors.js';
export * from './model/index.js';
export {
  type Channel,
  type Channels,
  defineNoise,
  type NoiseContext,
  type NoiseProperties,
  type NoiseScheme,
  noiseProperties,
  type OwnUpdateContext,
  parseNoise,
  schemes,
} from './noise/index.js';
export * from './perturb/index.js';
export type { Files } from './platform/files.js';
export { createMemoryFiles } from './platform/memory-files.js';
export { deriveKey, type Key } from './random/index.js';
export * from './runs/index.js';
export { type Solver, solverNamed, solvers } from './solvers/index.js';
export * from './tasks/index.js';
export { type ImportOptions, type ImportResult, importWeights } from './train/import-run.js';
export * from './train/index.js';
