import { describe, expect, it } from 'vitest';
import { withInputNoise } from './input-noise.js';

const inputs = new Float32Array(20_000).fill(1);

describe('withInputNoise', () => {
  it('has the standard deviation asked for in raw units, channel by channel', () => {
    const scale = [2, 0.5];
    const noisy = withInputNoise(inputs, 0.3, scale, 1, 7);
    for (const [channel, unit] of scale.entries()) {
      const raw = Array.from(noisy)
        .filter((_, entry) => entry % 2 === channel)
        .map((value) => (value - 1) * unit);
      const mean = raw.reduce((sum, value) => sum + value, 0) / raw.length;
      const variance = raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / raw.length;
      // 10,000 values, five standard errors each: 0.3/100 and 0.3/√20,000.
      expect(Math.abs(mean)).toBeLessThan(5 * 0.003);
      expect(Math.abs(Math.sqrt(variance) - 0.3)).toBeLessThan(5 * 0.0022);
    }
  });

  it('is a function of seed and update, and leaves the inputs as they are', () => {
    const own = withInputNoise(inputs, 0.1, [1], 3, 4);
    expect(withInputNoise(inputs, 0.1, [1], 3, 4)).toEqual(own);
    expect(withInputNoise(inputs, 0.1, [1], 3, 5)).not.toEqual(own);
    expect(withInputNoise(inputs, 0.1, [1], 4, 4)).not.toEqual(own);
    expect(inputs.every((value) => value === 1)).toBe(true);
    expect(withInputNoise(inputs, 0, [1], 3, 4)).toBe(inputs);
  });
});
