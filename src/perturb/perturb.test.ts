import { describe, expect, it } from 'vitest';
import { type SequenceTable, selectRows } from '../data/index.js';
import { InputError } from '../errors.js';
import { findPerturbation, parsePerturbation, perturbations } from './index.js';

const COUNT = 100_000;
const context = { minimum: -2, maximum: 7 };
const table: SequenceTable = {
  name: 't',
  rows: 100,
  steps: 500,
  channels: 2,
  values: new Float32Array(COUNT).fill(0.5),
  labels: Array(100).fill('1'),
};

// Every bound is five standard deviations of the estimate: a false alarm in fewer than 1e-6 of seeds; seeds are fixed.
const WIDTH = 5;

const small: SequenceTable = {
  ...selectRows(table, [0, 1]),
  values: Float32Array.from({ length: 2000 }, (_, index) => Math.sin(index / 7) + 0.01 * index),
};

describe.each([...perturbations.values()])('$kind', ({ apply }) => {
  it('is the identity at strength 0, follows its arguments, and leaves its input as it was', () => {
    const before = small.values.slice();
    expect(apply(small, 0, 3, context)).toEqual(small);
    expect(apply(small, 0.3, 3, context)).toEqual(apply(small, 0.3, 3, context));
    // A shift has two outcomes a row, and may agree between two seeds; it does not among these five.
    const others = [4, 5, 6, 7].map((seed) => apply(small, 0.3, seed, context).values);
    expect(others).not.toEqual(others.map(() => apply(small, 0.3, 3, context).values));
    expect(small.values).toEqual(before);
  });

  it('leaves what pads a row to the longest at 0, and reads nothing of it', () => {
    const lengths = Uint32Array.of(500, 120);
    const disturbed = [0, 99].map((padding) => {
      const values = small.values.slice().fill(padding, 1240);
      return apply({ ...small, values, lengths }, 0.3, 3, context).values;
    });
    expect(disturbed[0]).toEqual(disturbed[1]);
    expect(disturbed[0]!.subarray(1240).every((value) => value === 0)).toBe(true);
    // The first row is full, and disturbed as in a table without lengths.
    expect(disturbed[0]!.subarray(0, 1000)).toEqual(apply(small, 0.3, 3, context).values.subarray(0, 1000));
  });

  it('disturbs a row alike whatever rows follow it', () => {
    const start = selectRows(small, [0]);
    expect(apply(start, 0.3, 3, context).values).toEqual(apply(small, 0.3, 3, context).values.subarray(0, 1000));
  });
});

describe('white', () => {
  it('has mean 0, standard deviation σ, normal tails and no correlation between neighbours', () => {
    const { values } = findPerturbation('white').apply(table, 0.2, 11, context);
    const noise = Float32Array.from(values, (value) => (value - 0.5) / 0.2);
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(noise))).toBeLessThan(WIDTH / Math.sqrt(COUNT));
    expect(Math.abs(mean(noise.map((n) => n * n)) - 1)).toBeLessThan(WIDTH * Math.sqrt(2 / COUNT));
    const beyond = noise.filter((n) => Math.abs(n) > 1.959964).length;
    expect(Math.abs(beyond - 0.05 * COUNT)).toBeLessThan(WIDTH * Math.sqrt(0.05 * 0.95 * COUNT));
    const products = noise.subarray(1).map((n, index) => n * noise[index]!);
    expect(Math.abs(mean(products))).toBeLessThan(WIDTH / Math.sqrt(COUNT));
  });
});

describe('salt-pepper', () => {
  it('replaces a share α, half by each extreme', () => {
    const { values } = findPerturbation('salt-pepper').apply(table, 0.1, 11, context);
    for (const extreme of [-2, 7]) {
      const count = values.filter((value) => value === extreme).length;
      expect(Math.abs(count - 0.05 * COUNT)).toBeLessThan(WIDTH * Math.sqrt(0.05 * 0.95 * COUNT));
    }
    expect(values.every((value) => [-2, 7, 0.5].includes(value))).toBe(true);
  });

  it('replaces everything at α = 1, and at a larger α the same entries and more', () => {
    const { apply } = findPerturbation('salt-pepper');
    expect(apply(table, 1, 1, context).values.includes(0.5)).toBe(false);
    const less = apply(table, 0.1, 1, context).values;
    const more = apply(table, 0.2, 1, context).values;
    expect(less.every((value, index) => value === 0.5 || value === more[index])).toBe(true);
  });
});

/** Steps × channels of 0.5, and a ramp that tells which step a value came from. */
const applied = (kind: string, strength: number, of: SequenceTable = table, seed = 11) =>
  Float32Array.from(findPerturbation(kind).apply(of, strength, seed, context).values);
const ramp: SequenceTable = {
  ...table,
  rows: 200,
  steps: 50,
  channels: 2,
  values: Float32Array.from({ length: 200 * 50 * 2 }, (_, index) => (Math.floor(index / 2) % 50) + 100 * (index % 2)),
  labels: null,
};
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const expectVariance = (values: Float32Array, variance: number, independent = values.length) => {
  expect(Math.abs(mean(values))).toBeLessThan(WIDTH * Math.sqrt(variance / independent));
  const found = mean(values.map((value) => value * value)) / variance;
  expect(Math.abs(found - 1)).toBeLessThan(WIDTH * Math.sqrt(2 / independent));
};

describe('multiplicative', () => {
  it('has a deviation of σ |x|, and leaves zeros', () => {
    const change = applied('multiplicative', 0.2).map((value) => value - 0.5);
    expectVariance(change, 0.1 ** 2);
    expect(applied('multiplicative', 3, { ...table, values: new Float32Array(COUNT) }).every((x) => x === 0)).toBe(
      true,
    );
  });
});

describe('sign', () => {
  it('moves every entry by r, up or down evenly', () => {
    const change = applied('sign', 0.25).map((value) => value - 0.5);
    expect(change.every((value) => Math.abs(value) === 0.25)).toBe(true);
    const up = change.filter((value) => value > 0).length;
    expect(Math.abs(up - COUNT / 2)).toBeLessThan(WIDTH * Math.sqrt(COUNT / 4));
  });
});

describe('missing', () => {
  it('loses a share p of the steps in both channels and holds the last value', () => {
    const values = applied('missing', 0.3, ramp);
    let lost = 0;
    for (let row = 0; row < 200; row++)
      for (let step = 0; step < 50; step++) {
        const own = values[(row * 50 + step) * 2]!;
        expect(values[(row * 50 + step) * 2 + 1]).toBe(own + 100);
        if (own === step) continue;
        expect(own).toBe(values[(row * 50 + step - 1) * 2]);
        lost += 1;
      }
    const steps = 200 * 49;
    expect(Math.abs(lost - 0.3 * steps)).toBeLessThan(WIDTH * Math.sqrt(0.21 * steps));
  });

  it('at p = 1 repeats the first step, and at a larger p loses the same steps and more', () => {
    expect([...applied('missing', 1, ramp)].every((value) => value === 0 || value === 100)).toBe(true);
    const [less, more] = [applied('missing', 0.2, ramp), applied('missing', 0.4, ramp)];
    expect(more.every((value, index) => value <= less[index]!)).toBe(true);
  });
});

describe('shift', () => {
  it('moves whole sequences by s steps, early or late evenly, and holds the edges', () => {
    const values = applied('shift', 2.5, ramp);
    let late = 0;
    for (let row = 0; row < 200; row++) {
      const own = Array.from({ length: 50 }, (_, step) => values[(row * 50 + step) * 2]!);
      const by = own[25]! - 25;
      expect(Math.abs(by)).toBe(2.5);
      if (by < 0) late += 1;
      expect(own).toEqual(own.map((_, step) => Math.min(49, Math.max(0, step + by))));
    }
    expect(Math.abs(late - 100)).toBeLessThan(WIDTH * Math.sqrt(50));
  });

  it('beyond the length leaves one value', () => {
    expect([...applied('shift', 1000, ramp)].every((value) => [0, 49, 100, 149].includes(value))).toBe(true);
  });
});

describe('warp', () => {
  it('keeps the ends, runs forward, and changes speed by no more than s', () => {
    const values = applied('warp', 0.6, ramp);
    let most = 0;
    for (let row = 0; row < 200; row++) {
      const time = (step: number) => values[(row * 50 + step) * 2]!;
      expect(time(0)).toBe(0);
      expect(time(49)).toBeCloseTo(49, 4);
      for (let step = 1; step < 50; step++) {
        const change = Math.abs(time(step) - time(step - 1) - 1);
        expect(change).toBeLessThan(0.6 + 1e-5);
        most = Math.max(most, change);
      }
    }
    expect(most).toBeGreaterThan(0.5);
  });
});

describe('drift', () => {
  it('is a random walk: variance σ² t/T, independent increments', () => {
    const walks = applied('drift', 0.8, { ...ramp, values: new Float32Array(ramp.values.length) });
    const at = (step: number) =>
      Float32Array.from({ length: 400 }, (_, index) => walks[((index >> 1) * 50 + step) * 2 + (index & 1)]!);
    expectVariance(at(49), 0.64);
    expectVariance(at(24), 0.32);
    expectVariance(
      at(49).map((value, index) => value - at(24)[index]!),
      0.32,
    );
  });
});

describe('burst', () => {
  it('adds white noise on one tenth of each sequence, beginning anywhere', () => {
    const values = applied('burst', 0.7, { ...ramp, values: new Float32Array(ramp.values.length) });
    const firsts: number[] = [];
    const noise: number[] = [];
    for (let row = 0; row < 200; row++) {
      const own = values.subarray(row * 100, (row + 1) * 100);
      const first = own.findIndex((value) => value !== 0);
      const last = own.findLastIndex((value) => value !== 0);
      expect([first % 2, last - first]).toEqual([0, 9]);
      firsts.push(first / 2);
      noise.push(...own.subarray(first, last + 1));
    }
    expectVariance(Float32Array.from(noise), 0.49);
    // Uniform on 0…45: mean 22.5, variance (46² − 1)/12.
    const average = firsts.reduce((sum, value) => sum + value, 0) / 200;
    expect(Math.abs(average - 22.5)).toBeLessThan(WIDTH * Math.sqrt((46 ** 2 - 1) / 12 / 200));
    expect([Math.min(...firsts) < 5, Math.max(...firsts) > 40]).toEqual([true, true]);
  });
});

describe('parsePerturbation', () => {
  it('reads kind and strengths', () => {
    expect(parsePerturbation('white=0,0.1, 2')).toEqual({ kind: 'white', strengths: [0, 0.1, 2] });
    expect(parsePerturbation('salt-pepper=1')).toEqual({ kind: 'salt-pepper', strengths: [1] });
  });

  it.each([
    ['pink=1', /unknown perturbation 'pink'; expected one of white, multiplicative, salt-pepper/],
    ['white', /has no strengths; write it as kind=strength/],
    ['white=', /strength '' is not a number of 0 or more/],
    ['white=0.1,-1', /strength '-1'/],
    ['white=NaN', /strength 'NaN'/],
    ['white=Infinity', /strength 'Infinity'/],
    ['missing=2', /strength '2' is not a number from 0 to 1; it is p/],
    ['salt-pepper=1.5', /strength '1\.5' is not a number from 0 to 1; it is α/],
  ])('refuses %s', (text, message) => {
    expect(() => parsePerturbation(text)).toThrow(InputError);
    expect(() => parsePerturbation(text)).toThrow(message);
  });
});
