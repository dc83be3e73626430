import type { Target } from '../tape/target.js';

/** What the kernels in assembly/ are written for: panels of two vectors of four lanes, products of 6 units at a time. */
export const wasmTarget: Target = {
  name: 'wasm',
  panelRows: 8,
  productBlock: 6,
  tiles: [
    { batch: 1, rows: 8 },
    { batch: 9, rows: 16 },
  ],
  mostGroups: 16,
  contraction: 128,
  packsOuterProducts: true,
  addressBytes: 4,
};
