/**
 * What every shader of this engine sees: one layout of bindings serves all of them, so a run sets one bind group.
 * 0 the dispatch's own numbers (by dynamic offset), 1 the run's, 2 shared values, 3 given sequences, 4 carries, stored sequences and slots,
 * 5 identities of the samples, 6 sums over rows by split, 7 their totals.
 */

/** Words of a dispatch's block, and the bytes from one block to the next (the largest alignment that the standard allows). */
export const blockWords = 16;
export const blockStride = 256;

export const runStruct = /* wgsl */ `
struct Run { key0: u32, key1: u32, firstStep: u32, flip: u32, nan: u32, minusInfinity: u32, unused0: u32, unused1: u32 }
@group(0) @binding(1) var<uniform> run: Run;`;
export const runWords = 8;

/** @param sharedWords as a constant, so that the compiler can prove indices and leave out their clamps. */
export function storageBindings(sharedWords: number): string {
  return /* wgsl */ `
@group(0) @binding(2) var<storage, read> weights: array<f32, ${Math.max(4, sharedWords)}>;
@group(0) @binding(3) var<storage, read> given: array<f32>;
@group(0) @binding(4) var<storage, read_write> work: array<f32>;`;
}

export const samplesBinding = /* wgsl */ `
@group(0) @binding(5) var<storage, read> samples: array<u32>;`;
export const sumsBindings = /* wgsl */ `
@group(0) @binding(6) var<storage, read_write> sums: array<f32>;
@group(0) @binding(7) var<storage, read_write> totals: array<f32>;`;

/** Kinds of the bindings after the first, in order. */
export const bindingTypes = [
  'uniform',
  'read-only-storage',
  'read-only-storage',
  'storage',
  'read-only-storage',
  'storage',
  'storage',
] as const;
