import { afterAll, describe, expect, it } from 'vitest';
import { analyze } from '../../src/analysis/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { setupOf } from '../support/setup.js';

const estimate = {
  value: expect.any(Number),
  standardError: expect.any(Number),
  count: expect.any(Number),
  seed: expect.toSatisfy((seed) => seed === null || typeof seed === 'number'),
  converged: expect.any(Boolean),
};

describe('analyze', async () => {
  const wasm = await createWasmEngine({ threads: 1 });
  afterAll(() => wasm.close());
  const small = {
    hessian: { density: { probes: 2, steps: 8, points: 16 } },
    margins: { walk: 3, rounds: 1, steps: 2 },
  };

  it.each([
    ['reference', createReferenceEngine()],
    ['wasm', wasm],
  ])('answers every question in plain JSON on the %s engine', async (_, engine) => {
    const { model, parameters, batch } = setupOf({
      cell: 'noisy',
      noise: 'sde:add=0.1,mult=0.1',
      solver: 'euler',
      rows: 4,
      units: 4,
      steps: 6,
    });
    const made = new Set<string>();
    const found = await analyze(model, engine, parameters, batch, {
      ...small,
      noise: 'frozen',
      seed: 3,
      batchRows: 3,
      progress: (name, done, total) => {
        made.add(name);
        expect(done).toBeLessThanOrEqual(total);
      },
    });
    expect([...made].sort()).toEqual(['hessian', 'lyapunov', 'margins', 'regularizer']);
    const json = JSON.parse(JSON.stringify(found));
    expect(json).toMatchObject({
      regularizer: { P: estimate, Q: estimate, total: estimate, shift: estimate },
      hessian: {
        maxEigenvalue: estimate,
        minEigenvalue: estimate,
        trace: estimate,
        frobenius: estimate,
        density: { grid: expect.any(Array), value: expect.any(Array) },
      },
      lyapunov: { perStep: [estimate, estimate, estimate, estimate], dimension: estimate },
      stability: { bounds: { stepMatrix: expect.any(Number) }, certified: false, sentence: expect.any(String) },
      margins: { count: 4 },
      loss: expect.any(Number),
      count: 4,
    });
    expect(json.hessian.trace.standardError).toBe(0);
    expect(json.hessian.maxEigenvalue.converged).toBe(true);
  });

  it('makes only what was asked for, and the same again from the same seed', async () => {
    const { model, parameters, batch } = setupOf({ cell: 'gru', noise: 'none', solver: 'euler' });
    const ask = () =>
      analyze(model, createReferenceEngine(), parameters, batch, { ...small, which: ['regularizer', 'margins'] });
    const found = await ask();
    expect(Object.keys(found).sort()).toEqual(['count', 'loss', 'margins', 'regularizer']);
    expect(found.regularizer!.total).toEqual({ value: null, reason: expect.stringContaining('no noise') });
    expect(found.margins).toMatchObject({ certified: { value: null } });
    expect(await ask()).toEqual(found);
  });

  it('of a model of values has everything but margins, and says why', async () => {
    const of = { cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', units: 3, rows: 2 } as const;
    const { model, parameters, batch } = setupOf({
      ...of,
      loss: 'mse',
      readout: 'every',
      per: 'step',
      lengths: [4, 2],
    });
    const found = await analyze(model, createReferenceEngine(), parameters, batch, small);
    expect(found.margins).toBeUndefined();
    expect(found.missing).toEqual({ margins: { value: null, reason: expect.stringContaining('predicts values') } });
    expect(found.hessian!.trace.value).toBeGreaterThan(0);
    expect(found.regularizer!.total.value).toBeGreaterThan(0);
  });
});
