// Philox4x32-10 (Salmon et al., SC 2011) for the 8 samples of a panel at once, in two halves of four lanes whose chains of
// multiplications overlap. See src/random/philox.ts.
const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;

/** The four output words of the last `philoxBlock`: `a` for samples 0–3 of the panel, `b` for samples 4–7. */
export let a0: v128 = i32x4.splat(0);
export let a1: v128 = i32x4.splat(0);
export let a2: v128 = i32x4.splat(0);
export let a3: v128 = i32x4.splat(0);
export let b0: v128 = i32x4.splat(0);
export let b1: v128 = i32x4.splat(0);
export let b2: v128 = i32x4.splat(0);
export let b3: v128 = i32x4.splat(0);

// What the first two rounds make of step, samples and key alone: parts of words 0, 2 and all of word 3.
let prepared0a: v128 = i32x4.splat(0);
let prepared0b: v128 = i32x4.splat(0);
let prepared2a: v128 = i32x4.splat(0);
let prepared2b: v128 = i32x4.splat(0);
let prepared3a: v128 = i32x4.splat(0);
let prepared3b: v128 = i32x4.splat(0);

/**
 * Prepares the 8 samples whose numbers lie at an address: two of the ten rounds hardly depend on the block.
 * `keys` points to the two words of each round's key: loading them is cheaper than making vectors of them.
 */
@inline
export function philoxSamples(samples: usize, step: u32, keys: usize): void {
  const multiplier0 = i32x4.splat(MULTIPLIER_0);
  const multiplier1 = i32x4.splat(MULTIPLIER_1);
  const keyed = i32x4.splat(step ^ load<u32>(keys));
  const secondKey0 = v128.load32_splat(keys, 8);
  const secondKey1 = v128.load32_splat(keys, 12);
  const a = v128.load(samples);
  prepared0a = v128.xor(lowWords(a, multiplier1), secondKey0);
  const firstA = v128.xor(highWords(a, multiplier1), keyed);
  prepared2a = v128.xor(highWords(firstA, multiplier0), secondKey1);
  prepared3a = lowWords(firstA, multiplier0);
  const b = v128.load(samples, 16);
  prepared0b = v128.xor(lowWords(b, multiplier1), secondKey0);
  const firstB = v128.xor(highWords(b, multiplier1), keyed);
  prepared2b = v128.xor(highWords(firstB, multiplier0), secondKey1);
  prepared3b = lowWords(firstB, multiplier0);
}

/** The words of counters [block, step, sample, stream] for the samples prepared. */
@inline
export function philoxBlock(block: u32, stream: u32, keys: usize): void {
  const blockProduct = <u64>block * MULTIPLIER_0;
  const secondProduct = <u64>(<u32>(blockProduct >> 32) ^ stream ^ load<u32>(keys, 4)) * MULTIPLIER_1;
  const second0 = i32x4.splat(<u32>(secondProduct >> 32));
  const second2 = i32x4.splat(<u32>blockProduct);
  let wordA0 = v128.xor(prepared0a, second0);
  let wordB0 = v128.xor(prepared0b, second0);
  let wordA1 = i32x4.splat(<u32>secondProduct);
  let wordB1 = wordA1;
  let wordA2 = v128.xor(prepared2a, second2);
  let wordB2 = v128.xor(prepared2b, second2);
  let wordA3 = prepared3a;
  let wordB3 = prepared3b;
  const multiplier0 = i32x4.splat(MULTIPLIER_0);
  const multiplier1 = i32x4.splat(MULTIPLIER_1);
  for (let round = keys + 16; round < keys + 80; round += 8) {
    const roundKey0 = v128.load32_splat(round);
    const roundKey1 = v128.load32_splat(round, 4);
    const nextA0 = v128.xor(highWords(wordA2, multiplier1), v128.xor(wordA1, roundKey0));
    const nextA2 = v128.xor(highWords(wordA0, multiplier0), v128.xor(wordA3, roundKey1));
    wordA1 = lowWords(wordA2, multiplier1);
    wordA3 = lowWords(wordA0, multiplier0);
    wordA0 = nextA0;
    wordA2 = nextA2;
    const nextB0 = v128.xor(highWords(wordB2, multiplier1), v128.xor(wordB1, roundKey0));
    const nextB2 = v128.xor(highWords(wordB0, multiplier0), v128.xor(wordB3, roundKey1));
    wordB1 = lowWords(wordB2, multiplier1);
    wordB3 = lowWords(wordB0, multiplier0);
    wordB0 = nextB0;
    wordB2 = nextB2;
  }
  a0 = wordA0;
  a1 = wordA1;
  a2 = wordA2;
  a3 = wordA3;
  b0 = wordB0;
  b1 = wordB1;
  b2 = wordB2;
  b3 = wordB3;
}

/** The lower words of the four 64-bit products. */
@inline
function lowWords(x: v128, y: v128): v128 {
  return i32x4.mul(x, y);
}

/** The upper words of the four 64-bit products. */
@inline
function highWords(x: v128, y: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(x, y), i64x2.extmul_high_i32x4_u(x, y), 1, 3, 5, 7);
}
