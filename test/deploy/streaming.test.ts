/** A stream stepped one time step at a time gives what the batch gives, for every cell, on either engine. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../src/cells/index.js';
import { cells } from '../../src/cells/index.js';
import { createRunModel, type RunModel } from '../../src/deploy/run-model.js';
import type { Predictions } from '../../src/train/predict.js';
import { lorenzCell, mixerCell, oscillatorsCell, pendulumCell, rotationCell } from '../support/users-cells.js';
import { type LoadedOptions, loadedRun, seriesOf } from './loaded.js';

const steps = 25;
const channels = 2;
const models: RunModel[] = [];
afterAll(() => Promise.all(models.map((model) => model.close())));

function modelOf(options: LoadedOptions, engine: 'wasm' | 'reference' = 'reference'): RunModel {
  const model = createRunModel(loadedRun({ channels, ...options }), { engine });
  models.push(model);
  return model;
}

/** Steps several series side by side to their common end. */
function stepThrough(model: RunModel, series: readonly Float32Array[]): Predictions {
  let state = model.initialState(series.length);
  let output: Predictions | undefined;
  for (let step = 0; step < steps; step++) {
    const x = series.map((own) => own.subarray(step * channels, (step + 1) * channels));
    ({ state, output } = model.step(state, x));
  }
  return output!;
}

const largestDifference = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
  Math.max(...a.flatMap((row, index) => row.map((value, k) => Math.abs(value - b[index]![k]!))));

const cases: [string, LoadedOptions][] = [
  ...Object.keys(cells).map((cell): [string, LoadedOptions] => [cell, { cell }]),
  ...[lorenzCell, mixerCell, oscillatorsCell, pendulumCell, rotationCell].map((cell: Cell): [string, LoadedOptions] => [
    `user's ${cell.name}`,
    // Chaos makes of the last bit of a float32 what it will: a short step keeps Lorenz's within the tolerance.
    { cell, units: 3 },
  ]),
  ['three layers of gru', { cell: 'gru', layers: 3 }],
  ['two layers, readout on every step', { layers: 2, readout: 'every' }],
  ['lstm, readout on every step', { cell: 'lstm', readout: 'every' }],
  ['trained with noise, by Heun', { noise: 'independent:add=0.2,mult=0.3', solver: 'heun' }],
  ['learned step', { step: 'learned', noise: 'published:mult=0.1,add=0.1' }],
  ['Runge–Kutta', { solver: 'rk4' }],
  ['learned initial state, two layers', { cell: 'lstm', layers: 2, initialState: 'learned:scale=0.5' }],
];

describe.each(cases)('%s', (_, options) => {
  it.each([
    ['reference', 1e-11],
    ['wasm', 1e-5],
  ] as const)('stepping equals the batch of engine %s', async (engine, tolerance) => {
    const model = modelOf(options, engine);
    const series = seriesOf([steps, steps, steps], channels);
    const stepped = stepThrough(model, series);
    const batch = await model.predict(series);
    expect(largestDifference(stepped.probabilities, batch.probabilities)).toBeLessThan(tolerance);
    const scale = Math.max(1, ...batch.logits.flat().map(Math.abs));
    expect(largestDifference(stepped.logits, batch.logits) / scale).toBeLessThan(tolerance);
    expect(stepped.labels).toEqual(batch.labels);
  });
});

describe('a stream', () => {
  it('gives after each step what the batch gives for the series so far', async () => {
    const model = modelOf({ cell: 'gru' });
    const [series] = seriesOf([steps], channels) as [Float32Array];
    let state = model.initialState();
    const ends = [1, 2, 7, steps];
    const batch = await Promise.all(ends.map((end) => model.predict(series.subarray(0, end * channels))));
    for (let step = 0; step < steps; step++) {
      const next = model.step(state, series.subarray(step * channels, (step + 1) * channels));
      state = next.state;
      const at = ends.indexOf(step + 1);
      if (at >= 0) expect(largestDifference(next.output.logits, batch[at]!.logits)).toBeLessThan(1e-12);
    }
  });

  it('leaves the state it was given as it was, survives JSON, and keeps rows apart', () => {
    const model = modelOf({ cell: 'lstm' });
    const start = model.initialState(2);
    const { state } = model.step(start, [0.3, -1, 2, 0.1]);
    const before = JSON.stringify(state);
    const { output, state: after } = model.step(state, [1, 1, -1, -1]);
    expect(JSON.stringify(state)).toBe(before);
    expect(start.values.h!.every((value) => value === 0)).toBe(true);
    const alone = model.step(model.step(model.initialState(), [0.3, -1]).state, [1, 1]);
    expect(alone.output.logits[0]).toEqual(output.logits[0]);
    expect([...alone.state.values.c!]).toEqual([...after.values.c!.subarray(0, 7)]);
  });

  it('refuses a bidirectional model, and says why; predicting goes on', async () => {
    const model = modelOf({ bidirectional: true });
    expect(() => model.initialState()).toThrow('reads its sequence backwards too');
    expect((await model.predict(seriesOf([4], channels))).labels).toHaveLength(1);
  });

  it('refuses what is not one time step, and a state of another model', () => {
    const model = modelOf({});
    const state = model.initialState();
    expect(() => model.step(state, [1])).toThrow('got 1 values, expected 2 (1 row of 2 channels: one time step)');
    expect(() => model.step(state, [1, Number.NaN])).toThrow('every value must be a finite number');
    expect(() => model.step(modelOf({ units: 3 }).initialState(), [1, 2])).toThrow('"h" has 3 values, expected 7');
    expect(() => model.initialState(0)).toThrow('got 0 rows');
  });
});
