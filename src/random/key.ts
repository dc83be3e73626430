import { InputError } from '../errors.js';
import { philox4x32 } from './philox.js';

/** A Philox key: two unsigned 32-bit words. */
export type Key = readonly [number, number];

// The kind of thing absorbed, in the last counter word: equal bits of different kinds must not give equal keys.
const SEED = 0;
const NUMBER = 1;
const STRING = 2;

const CODE_UNITS_PER_BLOCK = 4;

/**
 * The key that belongs to a seed and a list of labels, such as `deriveKey(1, 'noise', epoch)`: different seeds or lists
 * give independent keys. Seed and labels are absorbed one after the other, Philox being the mixing function.
 *
 * @param seed a safe integer ≥ 0
 * @param labels strings or finite numbers; `1` and `'1'` are different labels
 * @throws InputError for any other seed or label
 */
export function deriveKey(seed: number, ...labels: (string | number)[]): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new InputError(`seed ${seed}: expected an integer from 0 to ${Number.MAX_SAFE_INTEGER}; give another seed`);
  const state = new Uint32Array(4);
  // The number of labels enters first, so that the states passed through on the way are no other list's key.
  absorb(state, seed, Math.floor(seed / 2 ** 32), labels.length, SEED);
  for (const label of labels) {
    if (typeof label === 'string') absorbString(state, label);
    else absorbNumber(state, label);
  }
  return [state[0]!, state[1]!];
}

function absorbString(state: Uint32Array, label: string): void {
  for (let start = 0; start === 0 || start < label.length; start += CODE_UNITS_PER_BLOCK) {
    const unit = (index: number): number => label.charCodeAt(start + index) || 0;
    absorb(state, unit(0) | (unit(1) << 16), unit(2) | (unit(3) << 16), label.length, STRING);
  }
}

function absorbNumber(state: Uint32Array, label: number): void {
  if (!Number.isFinite(label))
    throw new InputError(`label ${label} of a random key: expected a finite number or a string; give another label`);
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, label + 0); // −0 + 0 is 0: the two zeros are one label
  absorb(state, bits.getUint32(4), bits.getUint32(0), 0, NUMBER);
}

function absorb(state: Uint32Array, low: number, high: number, extra: number, kind: number): void {
  philox4x32(low, high, extra, kind, state[0]!, state[1]!, state);
}
