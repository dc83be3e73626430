/** Two limit-cycle generators told apart, in whole series and on a stream. */
import { describe, expect, it } from 'vitest';
import { defineCell, startAt } from '../../src/cells/index.js';
import { createFilterStream } from '../../src/deploy/filter-stream.js';
import type { GeneratorRun } from '../../src/deploy/generator-run.js';
import { recognise } from '../../src/deploy/recognise.js';
import { buildGenerator } from '../../src/filter/index.js';
import { add, concat, multiply, slice, square, subtract, type Tensor, tensor } from '../../src/graph/index.js';
import { buildModel, parseInitialState, squaredError } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';

/** Hopf's normal form: a limit cycle of radius 1 and frequency ω. */
const hopf = defineCell({
  name: 'hopf',
  state: () => ({ h: 2 }),
  parameters: () => ({ omega: { shape: [1], initial: startAt(1) } }),
  drift: ({ state: { h }, parameters: { omega } }) => {
    const [x, y] = [slice(h, 0, 1), slice(h, 1, 1)];
    const growth = subtract(1, add(square(x), square(y)));
    return {
      h: concat([subtract(multiply(growth, x), multiply(omega, y)), add(multiply(growth, y), multiply(omega, x))]),
    };
  },
});

const delta = 0.1;
const frequencies = [2, 3];
const cycle = Math.round((2 * Math.PI) / frequencies[0]! / delta);
const mixing = [1, 0, 0, 1, 0.7, 0.7, -0.7, 0.7];
const [process, noise] = [0.05, 0.15];

function run(): GeneratorRun {
  const base = buildModel({
    layers: [
      {
        cell: hopf,
        units: 2,
        noise: parseNoise('none'),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta },
        initialState: parseInitialState('learned'),
      },
    ],
    ...{ inputs: 0, outputs: 4, readout: 'every', loss: squaredError },
  });
  const model = buildGenerator(base, 2);
  const parameters: Record<string, Tensor> = {};
  for (const k of [0, 1])
    Object.assign(parameters, {
      [`class${k}.omega`]: tensor([1], [frequencies[k]!]),
      [`class${k}.initial.h`]: tensor([2], [0.1, 0]),
      [`class${k}.readout.weight`]: tensor([4, 2], mixing),
      [`class${k}.readout.bias`]: tensor([4], [0, 0, 0, 0]),
      [`class${k}.observation.logDeviation`]: tensor([4], new Array(4).fill(Math.log(noise))),
      [`class${k}.process.logDeviation`]: tensor([2], new Array(2).fill(Math.log(process))),
      [`class${k}.initial.logDeviation`]: tensor([2], [0, 0]),
    });
  return { model, parameters, classes: ['slow', 'fast'], channels: 4, mean: [1, 1, 1, 1], scale: [2, 2, 2, 2] };
}

/** Raw units: 1 + 2 y. @param label −1: noise alone. */
function series(label: number, steps: number, seed: number): Float32Array {
  const generator = createGenerator(seed, 'limit cycles', label + 1);
  const phase = 2 * Math.PI * generator.uniform();
  let [x, y] = [Math.cos(phase), Math.sin(phase)];
  return Float32Array.from({ length: steps }, (_, at) => at).reduce(
    (values, at) => {
      const growth = 1 - x * x - y * y;
      const omega = frequencies[label] ?? 0;
      [x, y] = [
        x + delta * (growth * x - omega * y) + process * generator.normal(),
        y + delta * (growth * y + omega * x) + process * generator.normal(),
      ];
      if (label < 0) [x, y] = [3 * generator.normal(), 3 * generator.normal()];
      for (let k = 0; k < 4; k++)
        values[at * 4 + k] = 1 + 2 * (mixing[2 * k]! * x + mixing[2 * k + 1]! * y + noise * generator.normal());
      return values;
    },
    new Float32Array(steps * 4),
  );
}

function table(rows: readonly Float32Array[], steps: number) {
  const values = new Float32Array(rows.length * steps * 4);
  for (const [row, own] of rows.entries()) values.set(own, row * steps * 4);
  return { name: 'cycles', rows: rows.length, steps, channels: 4, values, labels: null };
}

const generators = run();
const labels = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
const rows = labels.map((label, seed) => series(label, 2 * cycle, seed));

describe('recognise', () => {
  it('tells the cycles apart within one', () => {
    const { decision, posterior, nis } = recognise(generators, table(rows, 2 * cycle));
    for (const [row, label] of labels.entries()) {
      expect(decision[row]).toMatchObject({ label: generators.classes[label] });
      expect(decision[row]!.step).toBeLessThan(cycle);
      expect(posterior[row]![2 * cycle - 1]![label]).toBeGreaterThan(0.999);
      // 4 · 62 values: standard deviation √(2/248) = 0.09.
      expect(Math.abs(nis[row]![label]! - 1)).toBeLessThan(0.4);
    }
  });

  it('with half of the channels hidden too', () => {
    const hidden = rows.map((own) => own.map((value, at) => (at % 4 < 2 ? value : Number.NaN)));
    const { decision } = recognise(generators, table(hidden, 2 * cycle));
    for (const [row, label] of labels.entries()) {
      expect(decision[row]!.label).toBe(generators.classes[label]);
      expect(decision[row]!.step).toBeLessThan(cycle);
    }
  });

  it('says none of these', () => {
    const strange = table([series(-1, 2 * cycle, 3)], 2 * cycle);
    expect(recognise(generators, strange).decision[0]!.label).toBeNull();
    expect(recognise(generators, strange, { reject: 0 }).decision[0]!.label).not.toBeNull();
  });

  it('counts densities in raw units', () => {
    const [row] = recognise(generators, table(rows.slice(0, 1), 2 * cycle)).logLikelihood;
    const plain = recognise(
      { ...generators, scale: [1, 1, 1, 1], mean: [0, 0, 0, 0] },
      table([rows[0]!.map((value) => (value - 1) / 2)], 2 * cycle),
    );
    // p(raw) = p(scaled)/2 for each of the values.
    expect(row![0]).toBeCloseTo(plain.logLikelihood[0]![0]! - 8 * cycle * Math.log(2), 3);
  });
});

describe('a stream', () => {
  it('gives the posteriors of the whole series, step by step, and their surprise', () => {
    const { posterior, logLikelihood } = recognise(generators, table(rows.slice(0, 1), 2 * cycle));
    const stream = createFilterStream(generators);
    let surprise = 0;
    for (let step = 0; step < 2 * cycle; step++) {
      const update = stream.update(rows[0]!.subarray(step * 4, (step + 1) * 4));
      expect(update.posterior![0]).toBeCloseTo(posterior[0]![step]![0]!, 9);
      surprise += update.surprise;
    }
    const largest = Math.max(...logLikelihood[0]!);
    const mixture =
      largest + Math.log(logLikelihood[0]!.reduce((total, own) => total + Math.exp(own - largest) / 2, 0));
    expect(-surprise).toBeCloseTo(mixture, 6);
  });

  it('its intervals hold 95 % of what comes', () => {
    let [inside, count] = [0, 0];
    for (const own of rows) {
      const stream = createFilterStream(generators);
      for (let step = 0; step < 2 * cycle; step++) {
        const y = own.subarray(step * 4, (step + 1) * 4);
        const { low, high } = stream.update(y);
        if (step < 20) continue;
        y.forEach((value, k) => {
          count += 1;
          if (value >= low[k]! && value <= high[k]!) inside += 1;
        });
      }
    }
    // 1,680 values, channels of a step alike: standard error about 0.008.
    expect(inside / count).toBeGreaterThan(0.92);
    expect(inside / count).toBeLessThan(0.98);
  });

  it('takes time between observations, and refuses what it cannot take', () => {
    const [one, two] = [createFilterStream(generators), createFilterStream(generators)];
    const nothing = new Array(4).fill(Number.NaN);
    const from = rows[0]!.subarray(0, 4);
    one.update(from);
    two.update(from);
    one.update(nothing);
    const waited = one.update(nothing);
    const jumped = two.update(nothing, { dt: 2 });
    // Two steps of δ and one of 2δ agree to the order of the method.
    expect(Math.abs(waited.predicted[0]! - jumped.predicted[0]!)).toBeLessThan(0.2);
    expect(() => one.update([1, 2])).toThrow('expected 4');
    expect(() => one.update(from, { dt: 0 })).toThrow('above 0');
    one.reset();
    expect(one.update(from).posterior).toEqual(createFilterStream(generators).update(from).posterior);
  });
});
