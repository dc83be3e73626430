/** Steps that cover different times: what they mean, by laws that do not follow from how they are computed. */
import { describe, expect, it } from 'vitest';
import { type Cell, cells, defineCell, parseCell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { add, matmul, subtract, tanh } from '../../src/graph/index.js';
import {
  type Batch,
  buildModel,
  createObjective,
  initialise,
  type LayerSpec,
  type ModelSpec,
  refine,
  startAtZero,
} from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator, deriveKey } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { normals } from '../support/numbers.js';

const engine = createReferenceEngine();

const leaky: Cell = defineCell({
  name: 'leaky',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({
    W: { shape: [units, units], initial: { kind: 'normal', scale: 0.1 } },
    U: { shape: [units, inputs], initial: { kind: 'uniform', scale: 1 } },
  }),
  drift: ({ state: { h }, input, parameters: { W, U } }) => ({
    h: subtract(tanh(add(matmul(W, h), matmul(U, input))), h),
  }),
});

function layer(cell: Cell, extra: Partial<LayerSpec> = {}): LayerSpec {
  return {
    ...{ cell, units: 4, noise: parseNoise('none'), solver: solverNamed('euler'), initialState: startAtZero },
    step: { kind: 'fixed', delta: cell.step === undefined ? 0.1 : 1 },
    ...extra,
  };
}

function open(layers: readonly LayerSpec[], extra: Partial<ModelSpec> = {}) {
  const model = buildModel({ layers, inputs: 2, outputs: 3, readout: 'last', ...extra });
  return { model, objective: createObjective(model, engine), parameters: initialise(model.parameters, 1) };
}

const batchOf = (rows: number, steps: number): Batch => ({
  rows,
  steps,
  inputs: normals(createGenerator(1, 'intervals'), rows * steps * 2),
  labels: Array.from({ length: rows }, (_, row) => row % 3),
});

const ones = (count: number) => new Float64Array(count).fill(1);
const largest = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, own, at) => Math.max(most, Math.abs(own - b[at]!)), 0);

describe('intervals', () => {
  it('of 1 are no intervals', async () => {
    const noise = { key: deriveKey(1, 'noise'), samples: Uint32Array.of(0, 1, 2) };
    for (const [name, step] of [
      ['noisy', 'fixed'],
      ['noisy', 'learned'],
      ['gru', 'fixed'],
    ] as const) {
      const cell = parseCell(name);
      const delta = cell.step === undefined ? 0.1 : 1;
      const scheme = parseNoise('sde:add=0.2,mult=0.1');
      const { objective, parameters } = open([layer(cell, { step: { kind: step, delta }, noise: scheme })]);
      const batch = batchOf(3, 5);
      const plain = await objective.logits(parameters, batch, noise);
      const timed = await objective.logits(parameters, { ...batch, intervals: ones(15), longestStep: 10 }, noise);
      expect(largest(timed, plain)).toBeLessThan(1e-14);
    }
  });

  it('of k make the step k times as long, and its noise √k times as large', async () => {
    const noise = { key: deriveKey(1, 'noise'), samples: Uint32Array.of(0, 1) };
    for (const scheme of ['sde:add=0.2,mult=0.1', 'scalar:mult=0.4', 'independent:add=0.1,mult=0.2'])
      for (const solver of ['euler', 'heun']) {
        const own = { noise: parseNoise(scheme), solver: solverNamed(solver) };
        const short = open([layer(leaky, own)]);
        const long = open([layer(leaky, { ...own, step: { kind: 'fixed', delta: 0.25 } })]);
        const batch = batchOf(2, 6);
        const intervals = ones(12).fill(2.5);
        const found = await short.objective.logits(short.parameters, { ...batch, intervals }, noise);
        const wanted = await long.objective.logits(long.parameters, batch, noise);
        expect(largest(found, wanted), `${scheme} ${solver}`).toBeLessThan(1e-14);
      }
  });

  it('refined, converge to the path of the equation in continuous time', async () => {
    // One input over the whole of each interval: halving the parts halves the error of Euler's method.
    const { objective, parameters } = open([layer(leaky, { units: 5 }), layer(parseCell('noisy'))]);
    const batch = { ...batchOf(2, 4), intervals: Float64Array.of(1, 7, 3, 12, 5, 1, 20, 2) };
    const at = (longestStep: number) => objective.logits(parameters, { ...batch, longestStep });
    const exact = await at(2 ** -10);
    const errors = await Promise.all([2 ** -2, 2 ** -3, 2 ** -4].map(async (own) => largest(await at(own), exact)));
    for (const [index, error] of errors.slice(1).entries()) {
      const order = Math.log2(errors[index]! / error);
      expect(order).toBeGreaterThan(0.9);
      expect(order).toBeLessThan(1.15);
    }
  });

  it('stay bounded across long gaps in parts, where one explicit step explodes', async () => {
    const { model, objective, parameters } = open([layer(leaky, { units: 3 })]);
    const steps = 40;
    const inputs = normals(createGenerator(2, 'gaps'), steps * 2);
    const intervals = Float64Array.from({ length: steps }, (_, step) => (step % 2 === 1 ? 100 : 1));
    const batch = { rows: 1, steps, inputs, labels: [0], intervals };
    const largestOf = (values: Readonly<Record<string, Float64Array>>) =>
      values.h!.reduce((most, own) => Math.max(most, Math.abs(own)), 0);
    expect(largestOf(await objective.finalState(parameters, batch))).toBeGreaterThan(1e10);
    expect(largestOf(await objective.finalState(parameters, { ...batch, longestStep: 10 }))).toBeLessThanOrEqual(1);
    expect(refine(model, { ...batch, longestStep: 10 }).batch.steps).toBe(20 + 20 * 10);
  });

  it('of a discrete cell change nothing, however many parts the layers beside it take', async () => {
    const intervals = Float64Array.of(1, 30, 0.2, 4, 1, 1, 25, 3);
    for (const readout of ['last', 'every'] as const)
      for (const name of Object.keys(cells).filter((own) => parseCell(own).step !== undefined)) {
        const { objective, parameters } = open([layer(parseCell(name))], { readout });
        const batch = batchOf(2, 4);
        const plain = await objective.logits(parameters, batch);
        const timed = await objective.logits(parameters, { ...batch, intervals, longestStep: 1 });
        expect(largest(timed, plain), name).toBe(0);
      }
  });

  it('give each row what it has alone, in whatever company', async () => {
    const spec = [layer(parseCell('noisy'), { bidirectional: true }), layer(parseCell('gru'))];
    const { objective, parameters } = open(spec, { readout: 'every' });
    const steps = 4;
    const batch = { ...batchOf(3, steps), lengths: [4, 2, 3], longestStep: 2 };
    const intervals = Float64Array.of(1, 9, 1, 1, 1, 0.1, 99, 99, 5, 5, 5, 99);
    const all = await objective.loss(parameters, { ...batch, intervals });
    const slopes = await objective.inputGradient(parameters, { ...batch, intervals });
    for (let row = 0; row < 3; row++) {
      const length = batch.lengths[row]!;
      const own = {
        ...{ rows: 1, steps: length, longestStep: 2, labels: [batch.labels![row]!] },
        inputs: batch.inputs.slice(row * steps * 2, (row * steps + length) * 2),
        intervals: intervals.slice(row * steps, row * steps + length),
      };
      const alone = await objective.loss(parameters, own);
      expect(all.losses[row]).toBeCloseTo(alone.loss, 13);
      expect(largest(all.logits.slice(row * steps * 3, (row * steps + length) * 3), alone.logits)).toBeLessThan(1e-13);
      const slope = (await objective.inputGradient(parameters, own)).map((value) => value / 3);
      expect(largest(slopes.slice(row * steps * 2, (row * steps + length) * 2), slope)).toBeLessThan(1e-13);
    }
  });

  it('have the input gradient of the data’s own steps, summed over parts', async () => {
    const { objective, parameters } = open([layer(leaky)], { readout: 'every' });
    const batch = { ...batchOf(2, 3), intervals: Float64Array.of(1, 6, 2, 0.5, 9, 1), longestStep: 1.5 };
    const slope = await objective.inputGradient(parameters, batch);
    const step = 1e-6;
    for (let at = 0; at < slope.length; at++) {
      const moved = (by: number) => {
        const inputs = Float64Array.from(batch.inputs);
        inputs[at]! += by;
        return objective.loss(parameters, { ...batch, inputs });
      };
      const difference = ((await moved(step)).loss - (await moved(-step)).loss) / (2 * step);
      expect(slope[at]).toBeCloseTo(difference, 8);
    }
  });
});
