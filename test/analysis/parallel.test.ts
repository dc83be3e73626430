/** Newton over time against the sequential run: linear cells in one, contracting models to rounding, and what fails says why. */
import { afterAll, describe, expect, it } from 'vitest';
import { analyzeParallel, solveInParallel } from '../../src/analysis/parallel/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { tensor } from '../../src/graph/index.js';
import { bind, buildModel, initialise } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { type Setup, setupOf } from '../support/setup.js';
import { linearCell } from '../support/users-cells.js';

const reference = createReferenceEngine();
const wasm = await createWasmEngine({ threads: 1 });
afterAll(() => wasm.close());

/** The state after every step by running the steps one by one. */
async function sequential({ model, parameters, batch }: Setup, engine = reference) {
  const program = model.program({ noisy: false, masked: batch.lengths !== undefined, loss: false, state: 'initial' });
  const names = Object.keys(model.state);
  const phases = program.phases.map((part) =>
    part.kind === 'scan'
      ? { ...part, sequences: Object.fromEntries(names.map((name) => [`at.${name}`, part.carries[name]!])) }
      : part,
  );
  const kernel = engine.compile({ ...program, phases }, { sequences: names.map((name) => `at.${name}`) });
  const { sequences } = await kernel.run({ ...bind(model, batch, false), parameters });
  return Object.fromEntries(names.map((name) => [name, sequences[`at.${name}`]!]));
}

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);

const contracting = [
  { cell: 'noisy', noise: 'sde:add=0.2', solver: 'euler', units: 6, rows: 3, steps: 40 },
  { cell: 'noisy', noise: 'published:mult=0.2,add=0.1', solver: 'euler', step: 'learned', layers: 2, steps: 30 },
  { cell: 'noisy', noise: 'none', solver: 'rk4', rows: 4, steps: 25, lengths: [25, 3, 11, 20] },
  { cell: 'gru', noise: 'none', solver: 'euler', units: 5, rows: 3, steps: 60, readout: 'every' },
  { cell: 'lstm', noise: 'none', solver: 'euler', layers: 2, initialState: 'learned:scale=0.4', steps: 30 },
  { cell: 'lem', noise: 'none', solver: 'euler', steps: 40 },
  { cell: 'cornn', noise: 'none', solver: 'euler', steps: 40 },
] as const;

describe.each(contracting)('$cell, $noise, $solver', (of) => {
  it.each(['plain', 'damped'] as const)('%s: the trajectory of the sequential run, to 1e-9', async (form) => {
    const setup = setupOf(of);
    const expected = await sequential(setup);
    const { model, parameters, batch } = setup;
    const options = { form, tolerance: 1e-13 };
    const { iterations, trajectory } = await solveInParallel(model, reference, parameters, batch, options);
    for (const count of iterations) expect(count).toBeGreaterThan(0);
    for (const [name, values] of Object.entries(expected))
      expect(largestDifference(values, trajectory[name]!), name).toBeLessThan(1e-9);
  });
});

it('takes one iteration for a linear cell, on both engines, and for the minimal GRU, whose state enters linearly', async () => {
  const layer = { cell: linearCell(-0.4), units: 3, noise: parseNoise('none'), solver: solverNamed('euler') };
  const model = buildModel({
    layers: [{ ...layer, step: { kind: 'fixed', delta: 0.1 }, initialState: { kind: 'learned', scale: 1 } }],
    ...{ inputs: 1, outputs: 2, readout: 'last' },
  });
  const parameters = initialise(model.parameters, 2);
  const batch = { rows: 4, steps: 50, inputs: new Float64Array(200) };
  const minimal = setupOf({ cell: 'mingru', noise: 'none', solver: 'euler', rows: 3, steps: 50 });
  for (const engine of [reference, wasm]) {
    const linear = await analyzeParallel(model, engine, parameters, batch);
    expect(linear).toMatchObject({
      length: 50,
      tolerance: 1e-6,
      perSample: [1, 1, 1, 1],
      iterations: { value: 1, standardError: 0 },
    });
    expect(linear.curve).toHaveLength(2);
    expect(linear.exponent.value).toBeCloseTo(Math.log(1 - 0.04), 4);
    const found = await analyzeParallel(minimal.model, engine, minimal.parameters, minimal.batch);
    expect(found.perSample).toEqual([1, 1, 1]);
  }
});

/** An Elman network whose weights are multiplied by `gain`: above 1 it becomes chaotic. */
function elman(gain: number, steps: number, rows = 4): Setup {
  const setup = setupOf({ cell: 'elman', noise: 'none', solver: 'euler', units: 40, rows, steps });
  const { normal } = createGenerator(7, 'weights');
  const W = tensor(
    [40, 40],
    Float64Array.from({ length: 1600 }, () => (gain * normal()) / Math.sqrt(40)),
  );
  return { ...setup, parameters: { ...setup.parameters, W } };
}

describe('chaos', () => {
  const run = async (gain: number, steps: number) => {
    const { model, parameters, batch } = elman(gain, steps);
    return analyzeParallel(model, reference, parameters, batch, { forms: ['held', 'damped'] });
  };

  it('iterations grow with the length where the exponent is positive, and hardly where it is negative', async () => {
    const [calm, longCalm, wild, longWild] = await Promise.all([
      run(0.7, 40),
      run(0.7, 160),
      run(2.5, 20),
      run(2.5, 40),
    ]);
    expect(longCalm!.exponent.value).toBeLessThan(-0.1);
    expect(longWild!.exponent.value).toBeGreaterThan(0.1);
    const of = ({ held }: typeof calm) => held!.iterations.value!;
    expect(of(longCalm!)).toBeLessThan(1.5 * of(calm!));
    expect(of(longWild!)).toBeGreaterThan(1.5 * of(wild!));
  });

  it('is null with the reason where it did not converge, or did not stay finite', async () => {
    const { model, parameters, batch } = elman(1.2, 60);
    const stopped = await analyzeParallel(model, reference, parameters, batch, { most: 3, forms: ['damped'] });
    expect(stopped.iterations).toEqual({ value: null, reason: 'of 4 sequences not converged: 4' });
    expect(stopped.perSample).toEqual([null, null, null, null]);
    expect(stopped.curve).toHaveLength(4);
    const wild = elman(3, 120);
    const lost = await analyzeParallel(wild.model, reference, wild.parameters, wild.batch, { forms: [] });
    expect(lost.iterations).toEqual({ value: null, reason: 'of 4 sequences not finite: 4' });
    expect(JSON.stringify(lost)).not.toContain('Infinity');
  });

  it('the held form refuses a state without a range, and a bidirectional model is refused', async () => {
    const noisy = setupOf(contracting[0]);
    const found = await analyzeParallel(noisy.model, reference, noisy.parameters, noisy.batch);
    expect(found.held!.iterations).toEqual({ value: null, reason: 'the state of this model has no range' });
    const both = setupOf({ ...contracting[0], bidirectional: true });
    await expect(analyzeParallel(both.model, reference, both.parameters, both.batch)).rejects.toThrow(/bidirectional/);
  });
});

it('joins sequences end to end', async () => {
  const { model, parameters, batch } = setupOf({ ...contracting[0], rows: 3, steps: 10 });
  const found = await analyzeParallel(model, reference, parameters, batch, { length: 35 });
  expect(found).toMatchObject({ length: 35 });
  expect(found.perSample).toHaveLength(3);
});
