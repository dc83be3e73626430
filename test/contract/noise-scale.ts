/** Noise multiplied by a shared value: what schedules of the noise change from update to update. */
import { describe, expect, it } from 'vitest';
import type { Tensors } from '../../src/graph/index.js';
import { createObjective, createRegularisedObjective } from '../../src/model/index.js';
import { relativeError } from '../support/numbers.js';
import { type Case, setupOf, titleOf } from '../support/setup.js';
import type { OpenEngine } from './contract-suite.js';

/** Noise with ε = `eps`. */
const cases: readonly ((eps: number) => Case)[] = [
  (eps) => ({ cell: 'noisy', noise: `sde:add=0.2,mult=0.3,eps=${eps}`, solver: 'euler' }),
  (eps) => ({ cell: 'noisy', noise: `scalar:mult=0.3,eps=${eps}`, solver: 'milstein', step: 'learned' }),
  (eps) => ({ cell: 'noisy', noise: `independent:add=0.2,mult=0.3,eps=${eps}`, solver: 'heun', bidirectional: true }),
  (eps) => ({ cell: 'noisy', noise: `published:mult=0.3,add=0.1,eps=${eps}`, solver: 'euler', readout: 'every' }),
  (eps) => ({ cell: 'elman', noise: `inside:add=0.3,eps=${eps}`, solver: 'euler', initialState: 'learned' }),
  (eps) => ({ cell: 'gru', noise: `dropout:rate=0.3,eps=${eps}`, solver: 'euler', layers: 2 }),
];

export function noiseScale(engine: OpenEngine, tolerance: number): void {
  describe.each(cases.map((of) => [titleOf(of(1)), of] as const))('scaled noise: %s', (_, of) => {
    const { model, parameters, batch, noise, directions } = setupOf(of(0.8));
    const objectiveOf = () => createObjective(model, engine());

    it('is the same with a scale of 1: to the bit where products are rounded before they are added', async () => {
      const objective = objectiveOf();
      const scaled = { ...noise, scale: 1 };
      // The multiplication by 1 changes which product a fused multiply-add takes in, and so what is rounded.
      const fused = /fused|relaxed/.test(engine().build);
      const same = (found: Tensors, expected: Tensors) => {
        if (!fused) expect(found).toEqual(expected);
        for (const [name, { data }] of Object.entries(expected))
          expect(relativeError(found[name]!.data, data), name).toBeLessThanOrEqual(tolerance);
      };
      const [found, expected] = [
        await objective.gradient(parameters, batch, scaled),
        await objective.gradient(parameters, batch, noise),
      ];
      if (!fused) expect(found).toEqual(expected);
      expect(relativeError(found.losses, expected.losses)).toBeLessThanOrEqual(tolerance);
      same(found.gradient, expected.gradient);
      const v = directions.v.parameters;
      same(
        await objective.hessianVector(parameters, batch, v, scaled),
        await objective.hessianVector(parameters, batch, v, noise),
      );
    });

    it('with a scale of s is the scheme with s·ε', async () => {
      const objective = objectiveOf();
      const weaker = createObjective(setupOf(of(0.4)).model, engine());
      const found = await objective.gradient(parameters, batch, { ...noise, scale: 0.5 });
      const expected = await weaker.gradient(parameters, batch, noise);
      expect(relativeError(found.losses, expected.losses)).toBeLessThanOrEqual(tolerance);
      for (const [name, { data }] of Object.entries(expected.gradient))
        expect(relativeError(found.gradient[name]!.data, data), name).toBeLessThanOrEqual(tolerance);
      const penalised = async (of: typeof model, scale?: number) =>
        (await createRegularisedObjective(of, engine()).gradient(parameters, batch, { ...noise, scale })).value;
      const [scaled, other] = [await penalised(model, 0.5), await penalised(weaker.model)];
      expect(relativeError([scaled], [other])).toBeLessThanOrEqual(tolerance);
    });

    it('with a scale of 0 is the network without noise', async () => {
      const objective = objectiveOf();
      const silent = await objective.loss(parameters, batch, { ...noise, scale: 0 });
      const expected = await objective.loss(parameters, batch);
      expect(relativeError(silent.logits, expected.logits)).toBeLessThanOrEqual(tolerance);
    });
  });

  it('refuses a scale below 0', async () => {
    const { model, parameters, batch, noise } = setupOf(cases[0]!(1));
    const loss = createObjective(model, engine()).loss(parameters, batch, { ...noise, scale: -1 });
    await expect(loss).rejects.toThrow('the scale of the noise must be a number, 0 or more, got -1');
  });
}
