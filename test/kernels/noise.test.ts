import { beforeAll, describe, expect, it } from 'vitest';
import { bernoulliThreshold, type Distribution, deriveKey, fillNoise, roundKeys } from '../../src/random/index.js';
import { buildNames, COMPILING, type Instance, loadKernels, unitsInLastPlace } from './kernels.js';

const GUARD = 777;
const key = deriveKey(17, 'kernels');
const RATE = 0.35;

interface Case {
  readonly units: number;
  readonly panels: number;
  readonly step: number;
  readonly stream: number;
  readonly sign: 1 | -1;
}

describe.each(buildNames)('%s build', (build) => {
  let instance: Instance;
  let out: number;
  let samples: number;
  let keys: number;
  const space = 1 << 21;

  beforeAll(async () => {
    instance = await loadKernels(build);
    out = instance.reserve(space);
    samples = instance.reserve(8 * 512);
    keys = instance.reserve(20);
    instance.words(keys, 20).set(roundKeys(key));
  }, COMPILING);

  /** Runs a kernel, checks that it wrote nothing but its panels, and returns the values by row and unit. */
  function fromKernel(distribution: Distribution, { units, panels, step, stream, sign }: Case): Float64Array {
    const panelStride = 32 * units + 64;
    const numbers = instance.words(samples, 8 * panels);
    numbers.forEach((_, row) => {
      numbers[row] = sampleOf(row);
    });
    const floats = instance.floats(out, (panels * panelStride) / 4).fill(GUARD);
    const common = [out, panelStride, units, panels, samples, keys, step, stream];
    if (distribution === 'normal') instance.kernels.fillNormal!(...common, sign);
    else if (distribution === 'uniform') instance.kernels.fillUniform!(...common, sign);
    else instance.kernels.fillBernoulli!(...common, bernoulliThreshold(RATE), sign);
    const result = new Float64Array(8 * panels * units);
    for (let panel = 0; panel < panels; panel++) {
      const start = (panel * panelStride) / 4;
      for (let unit = 0; unit < units; unit++)
        for (let lane = 0; lane < 8; lane++)
          result[(8 * panel + lane) * units + unit] = floats[start + 8 * unit + lane]!;
      const guards = floats.subarray(start + 8 * units, start + panelStride / 4);
      expect(guards.every((value) => value === GUARD)).toBe(true);
    }
    return result;
  }

  function fromReference(distribution: Distribution, { units, panels, ...address }: Case): Float64Array {
    const result = new Float64Array(8 * panels * units);
    for (let row = 0; row < 8 * panels; row++)
      fillNoise(distribution, { key, ...address, sample: sampleOf(row), units, rate: RATE }, result, row * units);
    return result;
  }

  const cases: Case[] = [1, 2, 3, 4, 5, 7, 128].flatMap((units) => [
    { units, panels: 2, step: 3, stream: 256, sign: 1 },
    { units, panels: 1, step: 0xfffffffe, stream: 0xfffff, sign: -1 },
  ]);

  it.each(['uniform', 'bernoulli'] as const)('%s: the very values of src/random', (distribution) => {
    for (const one of cases) expect(fromKernel(distribution, one)).toEqual(fromReference(distribution, one));
  });

  it('normal: within 4 units in the last place of src/random, over 1.2 million values', () => {
    const long: Case = { units: 1200, panels: 125, step: 9, stream: 1, sign: 1 };
    let largest = 0;
    for (const one of [...cases, long]) {
      const reference = fromReference('normal', one);
      fromKernel('normal', one).forEach((value, i) => {
        const error = unitsInLastPlace(value, Math.fround(reference[i]!));
        if (!(error <= largest)) largest = error;
      });
    }
    expect(largest).toBeLessThanOrEqual(4);
  });

  it('normal: the antithetic path is the exact negative', () => {
    const one: Case = { units: 50, panels: 3, step: 1, stream: 2, sign: 1 };
    const values = fromKernel('normal', one);
    expect(fromKernel('normal', { ...one, sign: -1 })).toEqual(values.map((value) => -value));
  });
});

function sampleOf(row: number): number {
  return Math.imul(row + 1, 0x9e3779b1) >>> 0;
}
