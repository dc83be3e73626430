import { type Cell, defineCell, fanIn } from '../../src/cells/index.js';
import { add, matmul } from '../../src/graph/index.js';

/** dh/dt = A h + U x. */
export const affineCell: Cell = defineCell({
  name: 'affine',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({
    A: { shape: [units, units], initial: fanIn(units) },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
  }),
  drift: ({ state: { h }, input, parameters: { A, U } }) => ({ h: add(matmul(A, h), matmul(U, input)) }),
});
