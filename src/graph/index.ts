export { jvp } from './autodiff/jvp.js';
export { vjp } from './autodiff/vjp.js';
export {
  type BinaryName,
  type Cost,
  type ElementwiseName,
  elementwise,
  elementwiseNames,
  elementwiseRow,
  type NamesOf,
  type TernaryName,
  type UnaryName,
} from './elementwise.js';
export { costOf, entriesOf, evaluateNode, kindOf, numberArgument } from './kinds/index.js';
export * from './matrices.js';
export * from './node.js';
export * from './operations.js';
export { describe, print, signature } from './print.js';
export { mergeEqual, rebuild, substitute } from './rebuild.js';
export { sizeOf, type Tensor, type Tensors, tensor, zeros } from './tensor.js';
export { readGraph, type Supply } from './traced/read.js';
export type { TracedGraph, TracedNode } from './traced/traced.js';
export { writeGraph } from './traced/write.js';
