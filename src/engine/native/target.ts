import type { Target } from '../tape/target.js';
import type { NativeSet } from './binding.js';

/** What the kernels in native/ are written for: panels of 16 rows, whatever the length of the processor's vectors. */
export function nativeTarget({ productUnits }: NativeSet): Target {
  return {
    name: 'native',
    panelRows: 16,
    productBlock: productUnits,
    tiles: [{ batch: 1, rows: 16 }],
    mostGroups: 16,
    contraction: 256,
    packsOuterProducts: false,
    addressBytes: 8,
  };
}
