import { InputError } from '../errors.js';
import { bernoulliThreshold, keepFromWord, normalPair, uniformFromWord } from './draws.js';
import type { Key } from './key.js';
import { philox4x32 } from './philox.js';

/** Standard normal; uniform on (0, 1); or 1 (kept) and 0 (dropped with probability `rate`). */
export type Distribution = 'normal' | 'uniform' | 'bernoulli';

/** Where in noise space a row of values lies. Everything but `units`, `sign` and `rate` is taken modulo 2^32. */
export interface NoiseAddress {
  readonly key: Key;
  /** See {@link streamOf}. */
  readonly stream: number;
  /** Time step. */
  readonly step: number;
  /** Number of the sample (the path), not its row in a batch. */
  readonly sample: number;
  /** How many units to draw for, from unit 0. */
  readonly units: number;
  /** −1 for the antithetic path: normals are negated, a uniform u becomes 1 − u, Bernoulli decides on ~word. */
  readonly sign?: 1 | -1;
  /** Probability of being dropped; needed by `bernoulli` only. */
  readonly rate?: number;
}

const CHANNELS = 256;
const LAYERS = 2 ** 16;

/**
 * The stream of one noise channel of one layer: layer · 256 + channel.
 * @throws InputError unless both are integers with 0 ≤ layer < 65536 and 0 ≤ channel < 256
 */
export function streamOf(layer: number, channel: number): number {
  checkIndex('layer', layer, LAYERS);
  checkIndex('noise channel', channel, CHANNELS);
  return layer * CHANNELS + channel;
}

function checkIndex(what: string, value: number, limit: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= limit)
    throw new InputError(`${what} ${value}: expected an integer from 0 to ${limit - 1}; use fewer of them`);
}

const words = new Uint32Array(4);
const values = new Float64Array(4);

/**
 * Writes the noise of `units` units for one sample and one step to `out[offset …]`: a pure function of its address.
 *
 * Layout, the same for every engine: the Philox counter is [unit >>> 2, step, sample, stream]; output word j of block b
 * belongs to unit 4b + j. Uniform and Bernoulli values use the unit's own word; words (0, 1) make the normals of units
 * 4b, 4b + 1 as (cos, sin), and words (2, 3) those of units 4b + 2, 4b + 3.
 *
 * @throws InputError if `bernoulli` has no valid rate
 */
export function fillNoise(distribution: Distribution, address: NoiseAddress, out: Float64Array, offset = 0): void {
  const { key, stream, step, sample, units } = address;
  const flip = address.sign === -1 ? -1 : 0; // exclusive or with −1 complements a word
  const threshold = distribution === 'bernoulli' ? bernoulliThreshold(address.rate ?? Number.NaN) : 0;
  for (let unit = 0; unit < units; unit += 4) {
    philox4x32(unit >>> 2, step, sample, stream, key[0], key[1], words);
    const count = Math.min(4, units - unit);
    if (distribution === 'normal') {
      normalPair(words[0]!, words[1]!, values, 0);
      normalPair(words[2]!, words[3]!, values, 2);
      for (let j = 0; j < count; j++) out[offset + unit + j] = flip ? -values[j]! : values[j]!;
    } else if (distribution === 'uniform') {
      for (let j = 0; j < count; j++) out[offset + unit + j] = uniformFromWord(words[j]! ^ flip);
    } else {
      for (let j = 0; j < count; j++) out[offset + unit + j] = keepFromWord(words[j]! ^ flip, threshold) ? 1 : 0;
    }
  }
}
