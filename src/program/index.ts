export { type AdjointWith, adjointProgram, noiseAdjointName } from './adjoint.js';
export { hoist } from './hoist.js';
export * from './program.js';
export { prune } from './prune.js';
export { type Direction, tangentProgram } from './tangent.js';
