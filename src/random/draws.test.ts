import { describe, expect, it } from 'vitest';
import { bernoulliThreshold, keepFromWord, normalPair, uniformFromWord } from './draws.js';

const scattered = Array.from({ length: 2000 }, (_, i) => Math.imul(0x9e3779b1, i + 1) >>> 0);
const edges = [0, 1, 511, 512, 0x7fffffff, 0x80000000, 0xfffffdff, 0xfffffe00, 0xffffffff];

describe('uniformFromWord', () => {
  it('lies inside (0, 1), is a float32, and the complemented word gives 1 − u', () => {
    for (const word of [...edges, ...scattered]) {
      const u = uniformFromWord(word);
      expect(u).toBeGreaterThan(0);
      expect(u).toBeLessThan(1);
      expect(Math.fround(u)).toBe(u);
      expect(uniformFromWord(~word)).toBe(1 - u);
    }
  });
});

describe('normalPair', () => {
  it('is Box–Muller', () => {
    const pair = new Float64Array(2);
    for (const word of [...edges, ...scattered]) {
      normalPair(word, Math.imul(word, 77777), pair);
      const radius = Math.sqrt(-2 * Math.log(uniformFromWord(word)));
      const angle = 2 * Math.PI * uniformFromWord(Math.imul(word, 77777));
      expect(Math.abs(pair[0]! - radius * Math.cos(angle))).toBeLessThan(1e-14);
      expect(Math.abs(pair[1]! - radius * Math.sin(angle))).toBeLessThan(1e-14);
    }
  });

  it('has sines accurate relative to themselves near whole and half turns', () => {
    const pair = new Float64Array(2);
    for (const [word, turns] of [
      [0, 2 ** -24],
      [0xffffffff, -(2 ** -24)],
      [0x80000000, -(2 ** -24)],
    ] as const) {
      normalPair(0, word, pair);
      const expected = Math.sqrt(48 * Math.LN2) * 2 * Math.PI * turns; // sin x = x to 1e-13 here
      expect(Math.abs(pair[1]! / expected - 1)).toBeLessThan(1e-12);
    }
  });
});

describe('keepFromWord', () => {
  it('drops the share of the words that is the rate', () => {
    expect(bernoulliThreshold(0)).toBe(0);
    expect(keepFromWord(0, bernoulliThreshold(0))).toBe(true);
    expect(keepFromWord(0x7fffffff, bernoulliThreshold(0.5))).toBe(false);
    expect(keepFromWord(-0x80000000, bernoulliThreshold(0.5))).toBe(true);
  });

  it.each([-0.1, 1, Number.NaN])('refuses the rate %s', (rate) => {
    expect(() => bernoulliThreshold(rate)).toThrow(/expected a probability/);
  });
});
