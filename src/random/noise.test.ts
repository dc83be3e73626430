import { describe, expect, it } from 'vitest';
import { uniformFromWord } from './draws.js';
import { deriveKey } from './key.js';
import { type Distribution, fillNoise, type NoiseAddress, streamOf } from './noise.js';
import { philox4x32 } from './philox.js';

const distributions: Distribution[] = ['normal', 'uniform', 'bernoulli'];
const base: NoiseAddress = { key: deriveKey(11, 'test'), stream: 258, step: 5, sample: 9, units: 10, rate: 0.3 };

function draw(distribution: Distribution, changes: Partial<NoiseAddress> = {}): Float64Array {
  const address = { ...base, ...changes };
  const out = new Float64Array(address.units);
  fillNoise(distribution, address, out);
  return out;
}

describe('fillNoise', () => {
  it('follows the stated layout: counter [unit >>> 2, step, sample, stream], one word a unit', () => {
    const words = new Uint32Array(4);
    const uniforms = draw('uniform');
    const kept = draw('bernoulli');
    for (let unit = 0; unit < 10; unit++) {
      philox4x32(unit >>> 2, 5, 9, 258, base.key[0], base.key[1], words);
      expect(uniforms[unit]).toBe(uniformFromWord(words[unit % 4]!));
      expect(kept[unit]).toBe(words[unit % 4]! >= Math.floor(0.3 * 2 ** 32) ? 1 : 0);
    }
  });

  it.each(distributions)(
    '%s: a unit does not depend on how many units are drawn, nor on where they go',
    (distribution) => {
      const whole = draw(distribution);
      for (let units = 1; units < 10; units++) expect(draw(distribution, { units })).toEqual(whole.slice(0, units));
      const out = new Float64Array(16).fill(7);
      fillNoise(distribution, base, out, 3);
      expect(out).toEqual(Float64Array.of(7, 7, 7, ...whole, 7, 7, 7));
    },
  );

  it('reflects the antithetic path: −n, 1 − u, and the complemented word', () => {
    expect(draw('normal', { sign: -1 })).toEqual(draw('normal').map((n) => -n));
    expect(draw('uniform', { sign: -1 })).toEqual(draw('uniform').map((u) => 1 - u));
    const low = draw('bernoulli', { units: 1000 });
    const high = draw('bernoulli', { units: 1000, sign: -1 });
    expect(low.some((kept, unit) => kept === 0 && high[unit] === 0)).toBe(false); // both cannot drop when rate < ½
    expect(draw('bernoulli', { rate: 0.5, sign: -1 })).toEqual(
      draw('bernoulli', { rate: 0.5 }).map((kept) => 1 - kept),
    );
  });

  it('refuses bernoulli without a rate', () => {
    const { rate: _, ...withoutRate } = base;
    expect(() => fillNoise('bernoulli', withoutRate, new Float64Array(10))).toThrow(/rate/);
  });
});

describe('streamOf', () => {
  it('numbers channels within layers and refuses what would overlap', () => {
    expect(streamOf(0, 0)).toBe(0);
    expect(streamOf(2, 3)).toBe(515);
    expect(() => streamOf(0, 256)).toThrow(/noise channel 256/);
    expect(() => streamOf(65536, 0)).toThrow(/layer 65536/);
    expect(() => streamOf(0.5, 0)).toThrow(/layer 0.5/);
  });
});
