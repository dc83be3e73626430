/** The explicit regulariser as an objective: its value against the probe's, its gradient against finite differences. */
import { afterAll, describe, expect, it } from 'vitest';
import { atMeanNoise, createProbe } from '../../src/analysis/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { InputError } from '../../src/errors.js';
import type { Tensors } from '../../src/graph/index.js';
import { bind, createRegularisedObjective } from '../../src/model/index.js';
import { tensorsAlong } from '../support/numbers.js';
import { type Case, type Setup, setupOf } from '../support/setup.js';

const reference = createReferenceEngine();
const wasm = await createWasmEngine({ threads: 1 });
afterAll(() => wasm.close());

const sde = { cell: 'noisy', noise: 'sde:add=0.5,mult=0.4', solver: 'euler', units: 3, rows: 2 } as const;
const cases: Case[] = [
  sde,
  { ...sde, noise: 'independent:add=0.5,mult=0.4,eps=0.7', solver: 'heun' },
  { ...sde, noise: 'sde:add=0.5', solver: 'milstein', step: 'learned' },
  { ...sde, noise: 'published:mult=0.6,add=0.5', readout: 'every', lengths: [4, 2] },
  { ...sde, noise: 'dropout:rate=0.3', step: 'learned' },
  { ...sde, cell: 'lstm', noise: 'scalar:mult=0.7' },
  { ...sde, cell: 'gru', layers: 2 },
  { ...sde, noise: 'inside:add=0.5', step: 'learned' },
];

const along = (gradient: Tensors, direction: Tensors) =>
  Object.entries(gradient).reduce(
    (total, [name, { data }]) =>
      total + data.reduce((sum, value, index) => sum + value * direction[name]!.data[index]!, 0),
    0,
  );

async function meanPathLoss({ model, parameters, batch }: Setup): Promise<number> {
  const program = atMeanNoise(model.program({ noisy: true, masked: batch.lengths !== undefined, loss: true }));
  const { carries } = await reference
    .compile(program, { carries: ['loss'] })
    .run({ ...bind(model, batch, true), parameters });
  return carries.loss!.reduce((total, own) => total + own, 0) / batch.rows;
}

describe('the explicit regulariser', () => {
  it.each(cases)('is the mean path’s loss and ε²/2 times the probe: %j', async (of) => {
    const setup = setupOf(of, 3);
    const { model, parameters, batch, noise } = setup;
    const found = await createRegularisedObjective(model, reference).gradient(parameters, batch, noise);
    const { P, Q } = await createProbe(model, reference, batch.lengths !== undefined)(parameters, batch, noise);
    const probe = P.reduce((total, own, row) => total + own + Q[row]!, 0) / batch.rows;
    const { scale } = model.spec.layers[0]!.noise;
    expect(found.loss).toBeCloseTo(await meanPathLoss(setup), 12);
    expect(found.penalty).toBeCloseTo((scale ** 2 / 2) * probe, 12);
    expect(found.value).toBe(found.loss + found.penalty);
    expect(Math.abs(found.penalty)).toBeGreaterThan(1e-6);
  });

  it.each(cases)('has the gradient of finite differences, penalty and all: %j', async (of) => {
    const { model, parameters, batch, noise, directions } = setupOf(of, 3);
    const objective = createRegularisedObjective(model, reference);
    const { gradient } = await objective.gradient(parameters, batch, noise);
    expect(Object.keys(gradient)).toEqual(Object.keys(model.parameters));
    for (const { parameters: direction } of Object.values(directions)) {
      const at = async (t: number) =>
        (await objective.gradient(tensorsAlong(parameters, t, direction), batch, noise)).value;
      // Fourth-order central difference: its error is of order t⁴ and rounding over t.
      const t = 1e-3;
      const difference = (8 * ((await at(t)) - (await at(-t))) - ((await at(2 * t)) - (await at(-2 * t)))) / (12 * t);
      const exact = along(gradient, direction);
      expect(Math.abs(exact - difference)).toBeLessThan(1e-7 * Math.max(1, Math.abs(exact)));
    }
  });

  it.each(cases)('is the same on the wasm engine to 1e-4: %j', async (of) => {
    const { model, parameters, batch, noise } = setupOf(of, 3);
    const [exact, single] = await Promise.all(
      [reference, wasm].map((engine) => createRegularisedObjective(model, engine).gradient(parameters, batch, noise)),
    );
    expect(Math.abs(single!.value - exact!.value)).toBeLessThan(1e-4 * Math.abs(exact!.value));
    expect(Math.abs(single!.penalty - exact!.penalty)).toBeLessThan(1e-4 * Math.abs(exact!.penalty) + 1e-6);
    for (const [name, { data }] of Object.entries(exact!.gradient)) {
      const size = Math.max(...data.map(Math.abs));
      for (const [index, value] of data.entries())
        expect(Math.abs(single!.gradient[name]!.data[index]! - value)).toBeLessThan(1e-4 * Math.max(size, 1e-2));
    }
  });

  it('does not depend on the sign of the noise', async () => {
    const { model, parameters, batch, noise } = setupOf(sde, 3);
    const objective = createRegularisedObjective(model, reference);
    const found = await objective.gradient(parameters, batch, noise);
    const other = await objective.gradient(parameters, batch, { ...noise, sign: -1 });
    expect(other.penalty).toBeCloseTo(found.penalty, 12);
  });

  it('is refused where there is no noise', () => {
    const { model } = setupOf({ ...sde, noise: 'none' });
    expect(() => createRegularisedObjective(model, reference)).toThrow(InputError);
  });
});
