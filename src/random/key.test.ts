import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { deriveKey } from './key.js';

describe('deriveKey', () => {
  it('is a pure function of its arguments', () => {
    expect(deriveKey(7, 'noise', 3)).toEqual(deriveKey(7, 'noise', 3));
    expect(deriveKey(7, -0)).toEqual(deriveKey(7, 0));
  });

  it('gives different keys for lists that are easily confused', () => {
    const lists: (string | number)[][] = [
      [],
      [''],
      ['', ''],
      [0],
      ['0'],
      [1],
      ['1'],
      [1, 2],
      [2, 1],
      [12],
      ['a', 'b'],
      ['b', 'a'],
      ['ab'],
      ['ab\0'],
      ['abcd', 'e'],
      ['abcde'],
      [0.1],
      [-1],
      [2 ** 32],
      [2 ** 64],
    ];
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const keys = seeds.flatMap((seed) => lists.map((labels) => deriveKey(seed, ...labels).join()));
    expect(new Set(keys).size).toBe(seeds.length * lists.length);
  });

  it('changes about half of the 64 bits when the seed or a label changes by one', () => {
    let changed = 0;
    const pairs = 500;
    for (let i = 0; i < pairs; i++) {
      changed += differingBits(deriveKey(i, 'x', i), deriveKey(i + 1, 'x', i));
      changed += differingBits(deriveKey(i, 'x', i), deriveKey(i, 'x', i + 1));
    }
    // Binomial(64,000, ½): false alarm below 1e-6 at five standard deviations.
    expect(Math.abs(changed - 64 * pairs)).toBeLessThan(5 * Math.sqrt(64 * 2 * pairs * 0.25));
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => deriveKey(seed)).toThrow(InputError);
  });

  it('refuses a label that is not finite', () => {
    expect(() => deriveKey(1, Number.POSITIVE_INFINITY)).toThrow(InputError);
  });
});

function differingBits(a: readonly number[], b: readonly number[]): number {
  let count = 0;
  a.forEach((word, i) => {
    for (let bits = (word ^ b[i]!) >>> 0; bits !== 0; bits >>>= 1) count += bits & 1;
  });
  return count;
}
