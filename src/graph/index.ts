export { jvp } from './autodiff/jvp.js';
export { vjp } from './autodiff/vjp.js';
export { binaryRules, unaryRules } from './functions.js';
export * from './matrices.js';
export * from './node.js';
export * from './operations.js';
export { describe, print, signature } from './print.js';
export { mergeEqual, rebuild, substitute } from './rebuild.js';
export { sizeOf, type Tensor, type Tensors, tensor, zeros } from './tensor.js';
