import { InputError } from '../errors.js';
import { normalPair } from './draws.js';
import { deriveKey } from './key.js';
import { philox4x32 } from './philox.js';

/** A sequential source of random values, for initialisation, shuffling, synthetic data and perturbations. */
export interface Generator {
  /** Uniform on (0, 1), the midpoint of one of 2^52 equal cells. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform on 0 … n − 1, without bias. @throws InputError unless n is an integer from 1 to 2^32 */
  integer(n: number): number;
  /** A uniformly random order of 0 … n − 1 (Fisher–Yates). */
  permutation(n: number): Uint32Array;
  /** Exponential with mean one. */
  exponential(): number;
}

/** No stream of noise has this number (see `streamOf`), so a generator never repeats the noise of its own key. */
const SEQUENTIAL_STREAM = 0xffffffff;

/** The generator of a seed and labels; the same arguments give the same sequence. @throws InputError as `deriveKey` */
export function createGenerator(seed: number, ...labels: (string | number)[]): Generator {
  const [key0, key1] = deriveKey(seed, ...labels);
  const words = new Uint32Array(4);
  const pair = new Float64Array(2);
  let block = 0;
  let used = words.length;
  let hasSpareNormal = false;

  function word(): number {
    if (used === words.length) {
      philox4x32(block, Math.floor(block / 2 ** 32), 0, SEQUENTIAL_STREAM, key0, key1, words);
      block++;
      used = 0;
    }
    return words[used++]!;
  }

  function uniform(): number {
    const high = word() >>> 6;
    const low = word() >>> 6;
    return (high * 2 ** 26 + low + 0.5) * 2 ** -52;
  }

  function normal(): number {
    hasSpareNormal = !hasSpareNormal;
    if (!hasSpareNormal) return pair[1]!;
    const first = word();
    normalPair(first, word(), pair);
    return pair[0]!;
  }

  function integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32)
      throw new InputError(`integer(${n}): expected a whole number from 1 to 2^32; give the number of outcomes`);
    const limit = 2 ** 32 - (2 ** 32 % n); // words from here on would favour the smallest outcomes
    let drawn = word();
    while (drawn >= limit) drawn = word();
    return drawn % n;
  }

  function permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, index) => index);
    for (let last = n - 1; last > 0; last--) {
      const chosen = integer(last + 1);
      const value = order[last]!;
      order[last] = order[chosen]!;
      order[chosen] = value;
    }
    return order;
  }

  return { uniform, normal, integer, permutation, exponential: () => -Math.log(uniform()) };
}
