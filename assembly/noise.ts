import { Distribution } from './generated/tape';
import { constant, cosQuarter, minusTwoLog, sinQuarter } from './math';
import { a0, a1, a2, a3, b0, b1, b2, b3, philoxBlock, philoxSamples } from './philox';

// The draws of src/random, four samples at a time; the layout of counters and words is that of src/random/noise.ts.
// Constants are read from memory, as in math.ts.
const WORDS = memory.data<u32>([1, 0x20000000, 0x80000000]);
const SCALES = memory.data<f32>([5.960464477539063e-8, 2.384185791015625e-7, 1]);

/**
 * Fills the panels of a row value with standard normals, within 4 units in the last place of src/random's.
 * `samples` points to the u32 sample number of each of the 8 · panels rows, `keys` to the two words of each of Philox's
 * ten round keys; `sign` −1 gives the antithetic path.
 */
export function fillNormal(
  out: usize, panelStride: i32, units: i32, panels: i32, samples: usize,
  keys: usize, step: u32, stream: u32, sign: f32,
): void {
  fill(Distribution.normal, out, panelStride, units, panels, samples, keys, step, stream, 0, sign);
}

/** As `fillNormal` with uniforms on (0, 1), exactly those of src/random. */
export function fillUniform(
  out: usize, panelStride: i32, units: i32, panels: i32, samples: usize,
  keys: usize, step: u32, stream: u32, sign: f32,
): void {
  fill(Distribution.uniform, out, panelStride, units, panels, samples, keys, step, stream, 0, sign);
}

/** As `fillNormal` with 1 where the word is at least `threshold` and 0 elsewhere. */
export function fillBernoulli(
  out: usize, panelStride: i32, units: i32, panels: i32, samples: usize,
  keys: usize, step: u32, stream: u32, threshold: u32, sign: f32,
): void {
  fill(Distribution.bernoulli, out, panelStride, units, panels, samples, keys, step, stream, threshold, sign);
}

@inline
function fill(
  kind: i32, out: usize, panelStride: i32, units: i32, panels: i32, samples: usize,
  keys: usize, step: u32, stream: u32, threshold: u32, sign: f32,
): void {
  const antithetic = sign < 0;
  const flip = i32x4.splat(kind == Distribution.normal ? (antithetic ? 0x80000000 : 0) : antithetic ? -1 : 0);
  for (let panel = 0; panel < panels; panel++) {
    let address = out + <usize>panel * panelStride;
    philoxSamples(samples + (<usize>panel << 5), step, keys);
    for (let unit = 0; unit < units; unit += 4) {
      philoxBlock(unit >> 2, stream, keys);
      const left = units - unit;
      store4(kind, address, a0, a1, a2, a3, left, flip, threshold);
      store4(kind, address + 16, b0, b1, b2, b3, left, flip, threshold);
      address += 128;
    }
  }
}

/** Draws for up to four units of four samples from a block's words. */
@inline
function store4(
  kind: i32, address: usize, word0: v128, word1: v128, word2: v128, word3: v128,
  left: i32, flip: v128, threshold: u32,
): void {
  if (kind == Distribution.normal) {
    storePair(address, v128.xor(normalRadius(word0), flip), word1, left > 1);
    if (left > 2) storePair(address + 64, v128.xor(normalRadius(word2), flip), word3, left > 3);
  } else {
    v128.store(address, draw(kind, v128.xor(word0, flip), threshold));
    if (left > 1) v128.store(address, draw(kind, v128.xor(word1, flip), threshold), 32);
    if (left > 2) v128.store(address, draw(kind, v128.xor(word2, flip), threshold), 64);
    if (left > 3) v128.store(address, draw(kind, v128.xor(word3, flip), threshold), 96);
  }
}

@inline
function draw(kind: i32, word: v128, threshold: u32): v128 {
  if (kind == Distribution.uniform) return f32x4.mul(oddNumerator(word), constant(SCALES, 0));
  return v128.and(i32x4.ge_u(word, i32x4.splat(threshold)), constant(SCALES, 2));
}

/** 2^24 times the uniform of a word: an odd integer below 2^24, hence exact. */
@inline
function oddNumerator(word: v128): v128 {
  return f32x4.convert_i32x4_s(v128.or(i32x4.shr_u(word, 8), constant(WORDS, 0)));
}

@inline
function normalRadius(word: v128): v128 {
  return f32x4.sqrt(minusTwoLog(oddNumerator(word)));
}

/** Stores radius · cos 2πu and, if `both`, radius · sin 2πu, a unit further, for the uniform u of a word. */
@inline
function storePair(address: usize, radius: v128, word: v128, both: bool): void {
  // The two highest bits after rounding are the nearest quarter turn, the rest a signed distance to it: exact.
  const distance = v128.or(i32x4.shr_s(i32x4.shl(word, 2), 10), constant(WORDS, 0));
  const quarter = f32x4.mul(f32x4.convert_i32x4_s(distance), constant(SCALES, 1));
  const along = cosQuarter(quarter);
  const across = sinQuarter(quarter);
  const nearest = i32x4.add(word, constant(WORDS, 1));
  const odd = i32x4.shl(nearest, 1);
  const swapped = i32x4.shr_s(odd, 31);
  const signBit = constant(WORDS, 2);
  const cosSign = v128.and(v128.xor(nearest, odd), signBit);
  v128.store(address, f32x4.mul(v128.xor(radius, cosSign), v128.bitselect(across, along, swapped)));
  if (both) {
    const sinSign = v128.and(nearest, signBit);
    v128.store(address, f32x4.mul(v128.xor(radius, sinSign), v128.bitselect(along, across, swapped)), 32);
  }
}
