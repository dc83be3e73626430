import { describe, expect, it } from 'vitest';
import { philox4x32 } from './philox.js';

// Random123's published known answers (kat_vectors, philox4x32 10): counter, key, expected.
const knownAnswers: [string, number[], number[], number[]][] = [
  ['all zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [
    'all ones',
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    'digits of pi',
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe('philox4x32', () => {
  it.each(knownAnswers)('gives the published words for %s', (_, [c0, c1, c2, c3], [k0, k1], expected) => {
    const out = new Uint32Array(4);
    philox4x32(c0!, c1!, c2!, c3!, k0!, k1!, out);
    expect([...out]).toEqual(expected);
  });

  it('agrees with 64-bit integer arithmetic on scattered counters', () => {
    const out = new Uint32Array(4);
    for (let i = 0; i < 200; i++) {
      const word = (j: number): number => Math.imul(0x9e3779b1, 6 * i + j + 1) >>> 0;
      philox4x32(word(0), word(1), word(2), word(3), word(4), word(5), out);
      expect([...out]).toEqual(exactPhilox([word(0), word(1), word(2), word(3)], [word(4), word(5)]));
    }
  });
});

function exactPhilox(counter: number[], key: number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  const mask = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * c0;
    const product1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(product1 >> 32n) ^ c1 ^ k0, product1 & mask, (product0 >> 32n) ^ c3 ^ k1, product0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}
