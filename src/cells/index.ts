export { antisymmetricCell } from './antisymmetric.js';
export * from './cell.js';
export { type CoupledOscillatoryOptions, coupledOscillatoryCell } from './cornn.js';
export { elmanCell } from './elman.js';
export { exponentialCell, modRelu } from './exponential.js';
export { gruCell } from './gru.js';
export { lstmCell } from './lstm.js';
export { noisyCell, symmetricSkew } from './noisy.js';
export { type CellEntry, cells, parseCell } from './table.js';
