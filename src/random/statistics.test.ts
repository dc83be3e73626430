import { describe, expect, it } from 'vitest';
import { createGenerator } from './generator.js';
import { deriveKey } from './key.js';
import { type Distribution, fillNoise, type NoiseAddress } from './noise.js';

// Every statement below has a false-alarm rate of at most 1e-6 over the choice of seed; the seeds are fixed.
const NORMAL_LIMIT = 4.9; // P(|z| > 4.9) < 1e-6
const KOLMOGOROV_LIMIT = 2.7; // P(√n D > 2.7) ≈ 2 exp(−2 · 2.7²) < 1e-6

const UNITS = 64;
const STEPS = 32;
const SAMPLES = 32;
const COUNT = UNITS * STEPS * SAMPLES;

function cube(distribution: Distribution, changes: Partial<NoiseAddress> = {}): Float64Array {
  const out = new Float64Array(COUNT);
  const address = { key: deriveKey(2024, 'statistics'), stream: 1, units: UNITS, rate: 0.2, ...changes };
  for (let sample = 0; sample < SAMPLES; sample++)
    for (let step = 0; step < STEPS; step++)
      fillNoise(distribution, { ...address, step, sample }, out, (sample * STEPS + step) * UNITS);
  return out;
}

/** √n times the Kolmogorov–Smirnov distance to the cumulative distribution. */
function kolmogorov(values: Float64Array, cumulative: (x: number) => number): number {
  let distance = 0;
  values.toSorted().forEach((value, i) => {
    const at = cumulative(value);
    distance = Math.max(distance, at - i / values.length, (i + 1) / values.length - at);
  });
  return distance * Math.sqrt(values.length);
}

/** The standardised mean of values that should have the given mean and variance. */
function score(values: Float64Array, mean: number, variance: number): number {
  return values.reduce((sum, x) => sum + (x - mean), 0) / Math.sqrt(values.length * variance);
}

/** Correlation of standardised values with those `lag` places on, as a standard normal score. */
function lagScore(values: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = 0; i + lag < values.length; i++) sum += values[i]! * values[i + lag]!;
  return sum / Math.sqrt(values.length - lag);
}

function correlationScore(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0) / Math.sqrt(a.length);
}

/** Simpson's rule from 0 in 200 intervals: exact to 1e-8 for |x| < 6. */
function normalCumulative(x: number): number {
  const intervals = 200;
  const width = x / intervals;
  const density = (t: number): number => Math.exp(-t * t * 0.5);
  let sum = density(0) + density(x);
  for (let i = 1; i < intervals; i++) sum += (i % 2 === 1 ? 4 : 2) * density(i * width);
  return 0.5 + (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}

describe('marginal distributions', () => {
  it('normal: four moments and the whole distribution', () => {
    const values = cube('normal');
    expect(Math.abs(score(values, 0, 1))).toBeLessThan(NORMAL_LIMIT);
    expect(
      Math.abs(
        score(
          values.map((x) => x ** 2),
          1,
          2,
        ),
      ),
    ).toBeLessThan(NORMAL_LIMIT);
    expect(
      Math.abs(
        score(
          values.map((x) => x ** 3),
          0,
          15,
        ),
      ),
    ).toBeLessThan(NORMAL_LIMIT);
    expect(
      Math.abs(
        score(
          values.map((x) => x ** 4),
          3,
          96,
        ),
      ),
    ).toBeLessThan(NORMAL_LIMIT);
    expect(kolmogorov(values.slice(0, 20_000), normalCumulative)).toBeLessThan(KOLMOGOROV_LIMIT);
  });

  it('uniform: two moments, the whole distribution, and 256 equally full cells', () => {
    const values = cube('uniform');
    expect(Math.abs(score(values, 1 / 2, 1 / 12))).toBeLessThan(NORMAL_LIMIT);
    expect(
      Math.abs(
        score(
          values.map((u) => (u - 0.5) ** 2),
          1 / 12,
          1 / 180,
        ),
      ),
    ).toBeLessThan(NORMAL_LIMIT);
    expect(kolmogorov(values, (u) => u)).toBeLessThan(KOLMOGOROV_LIMIT);
    const cells = new Float64Array(256);
    for (const u of values) cells[Math.floor(u * 256)]!++;
    const expected = COUNT / 256;
    const chiSquare = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(380); // χ²(255): P(> 380) < 1e-6
  });

  it('bernoulli: the rate of dropping', () => {
    expect(Math.abs(score(cube('bernoulli'), 0.8, 0.16))).toBeLessThan(NORMAL_LIMIT);
  });
});

describe('independence', () => {
  const values = cube('normal');

  it.each([
    ['units in a word pair and a block', [1, 2, 3, 4]],
    ['steps', [UNITS, 2 * UNITS]],
    ['samples', [UNITS * STEPS, 2 * UNITS * STEPS]],
  ])('of %s, in the values and in their squares', (_, lags) => {
    const squares = values.map((x) => (x * x - 1) / Math.SQRT2);
    for (const lag of lags) {
      expect(Math.abs(lagScore(values, lag))).toBeLessThan(NORMAL_LIMIT);
      expect(Math.abs(lagScore(squares, lag))).toBeLessThan(NORMAL_LIMIT);
    }
  });

  it.each<[string, Partial<NoiseAddress>]>([
    ['stream', { stream: 2 }],
    ['seed', { key: deriveKey(2025, 'statistics') }],
    ['label', { key: deriveKey(2024, 'other') }],
  ])('of the %s', (_, changes) => {
    expect(Math.abs(correlationScore(values, cube('normal', changes)))).toBeLessThan(NORMAL_LIMIT);
  });
});

describe('createGenerator', () => {
  const drawn = (draw: () => number): Float64Array => Float64Array.from({ length: 20_000 }, draw);

  it('repeats itself and differs by label', () => {
    const [a, b, c] = [createGenerator(3, 'a'), createGenerator(3, 'a'), createGenerator(3, 'b')];
    const first = drawn(a.uniform);
    expect(drawn(b.uniform)).toEqual(first);
    const standard = (values: Float64Array): Float64Array => values.map((u) => (u - 0.5) * Math.sqrt(12));
    expect(Math.abs(correlationScore(standard(first), standard(drawn(c.uniform))))).toBeLessThan(NORMAL_LIMIT);
  });

  it('draws from the distributions it names', () => {
    const generator = createGenerator(4);
    expect(kolmogorov(drawn(generator.uniform), (u) => u)).toBeLessThan(KOLMOGOROV_LIMIT);
    expect(kolmogorov(drawn(generator.normal), normalCumulative)).toBeLessThan(KOLMOGOROV_LIMIT);
    expect(kolmogorov(drawn(generator.exponential), (x) => 1 - Math.exp(-x))).toBeLessThan(KOLMOGOROV_LIMIT);
  });

  it('draws integers evenly, and without bias where 2^32 is no multiple of n', () => {
    const { integer } = createGenerator(5);
    const n = 3 * 2 ** 30; // taking the remainder of a word would fill the lowest third twice as often
    const lowest = drawn(() => (integer(n) < 2 ** 30 ? 1 : 0));
    expect(Math.abs(score(lowest, 1 / 3, 2 / 9))).toBeLessThan(NORMAL_LIMIT);
    expect(integer(1)).toBe(0);
    expect(() => integer(0)).toThrow(/expected a whole number/);
  });

  it('gives every order of four equally often', () => {
    const { permutation } = createGenerator(6);
    const counts = new Map<string, number>();
    const trials = 24_000;
    for (let i = 0; i < trials; i++) {
      const order = permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(71); // χ²(23): P(> 71) < 1e-6
  });
});
