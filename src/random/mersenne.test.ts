import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mersenneTwister, torchRandperm } from './mersenne.js';

const goldenFile = '../shared/golden/pmnist-permutation.json';

describe('mersenneTwister', () => {
  it('gives the 1st and 10,000th output the C++ standard and the reference code state for seed 5489', () => {
    const next = mersenneTwister(5489);
    expect(next()).toBe(3499211612);
    for (let i = 2; i < 10_000; i++) next();
    expect(next()).toBe(4123659995); // C++11, [rand.predef]
  });
});

describe('torchRandperm', () => {
  it('begins as torch.manual_seed(12008); torch.randperm(784) with PyTorch 1.13 on CPU', () => {
    expect([...torchRandperm(784, 12008).subarray(0, 8)]).toEqual([91, 97, 471, 426, 157, 451, 312, 198]);
  });

  it.skipIf(!existsSync(goldenFile))('gives the whole recorded permutation (skipped without the golden file)', () => {
    const golden: { permutation: number[] } = JSON.parse(readFileSync(goldenFile, 'utf8'));
    expect([...torchRandperm(784, 12008)]).toEqual(golden.permutation);
  });

  it('gives a permutation for every size, and refuses what is not a size or a seed', () => {
    for (const n of [0, 1, 2, 1000]) {
      const sorted = torchRandperm(n, 3).sort();
      expect(sorted).toEqual(Uint32Array.from({ length: n }, (_, i) => i));
    }
    expect(() => torchRandperm(-1, 0)).toThrow(/n is -1/);
    expect(() => torchRandperm(4, 2 ** 32)).toThrow(/seed is 4294967296/);
  });
});
