import { InputError } from '../errors.js';

/**
 * A uniform value in (0, 1) from one 32-bit word: the midpoint of one of 2^23 equal cells. It is exactly representable
 * in float32, and the complemented word gives exactly 1 − u.
 */
export function uniformFromWord(word: number): number {
  return ((word >>> 9) + 0.5) * 2 ** -23;
}

/**
 * Two independent standard normals from two words by Box–Muller, (r cos 2πu₂, r sin 2πu₂) with r = √(−2 ln u₁), written
 * to `out[offset]` and `out[offset + 1]`. Magnitudes stay below √(48 ln 2) ≈ 5.77.
 */
export function normalPair(word1: number, word2: number, out: Float64Array, offset = 0): void {
  const radius = Math.sqrt(-2 * Math.log(uniformFromWord(word1)));
  // 4u is exact, and so is its distance to the nearest quarter turn: cos and sin keep their relative accuracy near zeros.
  const quarters = 4 * uniformFromWord(word2);
  const nearest = Math.round(quarters);
  const angle = (quarters - nearest) * (Math.PI / 2);
  const along = radius * Math.cos(angle);
  const across = radius * Math.sin(angle);
  const swapped = (nearest & 1) !== 0;
  const cosine = swapped ? -across : along;
  const sine = swapped ? along : across;
  const flipped = (nearest & 2) !== 0;
  out[offset] = flipped ? -cosine : cosine;
  out[offset + 1] = flipped ? -sine : sine;
}

/**
 * The threshold t with which `word >= t` keeps a unit, dropping it with probability `rate` (to 2^−32).
 * A decision on the integer word is the same on every engine.
 * @throws InputError unless 0 ≤ rate < 1
 */
export function bernoulliThreshold(rate: number): number {
  if (!(rate >= 0 && rate < 1))
    throw new InputError(`rate ${rate}: expected a probability from 0 up to, not including, 1; give a smaller rate`);
  return Math.floor(rate * 2 ** 32);
}

/** Whether a unit is kept: false with probability `threshold` · 2^−32. */
export function keepFromWord(word: number, threshold: number): boolean {
  return word >>> 0 >= threshold;
}
