import { describe, expect, it } from 'vitest';
import { setupOf } from '../../test/support/setup.js';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { InputError } from '../errors.js';
import { createObjective } from '../model/index.js';
import { createBatchGradient } from './batch-gradient.js';

const reference = createReferenceEngine();
const sde = { cell: 'noisy', noise: 'sde:add=0.5,mult=0.4', solver: 'euler' } as const;
const plain = { antithetic: false, regularizer: 'none' } as const;

describe('the gradient of a batch', () => {
  it('is averaged over a path and its antithetic one', async () => {
    const { model, parameters, batch, noise } = setupOf(sde);
    const objective = createObjective(model, reference);
    const both = await createBatchGradient(objective, { ...plain, antithetic: true })(parameters, batch, noise);
    const path = await objective.gradient(parameters, batch, { ...noise, sign: 1 });
    const other = await objective.gradient(parameters, batch, { ...noise, sign: -1 });
    expect(both.loss).toBe((path.loss + other.loss) / 2);
    expect(path.loss).not.toBe(other.loss);
    for (const [name, { data }] of Object.entries(both.gradient))
      expect([...data]).toEqual(
        [...path.gradient[name]!.data].map((own, i) => (own + other.gradient[name]!.data[i]!) / 2),
      );
  });

  it('is the plain one where nothing is set', async () => {
    const { model, parameters, batch, noise } = setupOf(sde);
    const objective = createObjective(model, reference);
    const found = await createBatchGradient(objective, plain)(parameters, batch, noise);
    expect(found).toEqual(await objective.gradient(parameters, batch, noise));
  });

  it.each([
    ['no noise', 'none', { ...plain, antithetic: true }, 'antithetic: the model draws no noise'],
    [
      'no noise',
      'none',
      { ...plain, regularizer: 'explicit' as const },
      'regularizer explicit: the model draws no noise',
    ],
    ['scale 0', 'published:mult=0.1,eps=0', { ...plain, regularizer: 'explicit' as const }, 'draws no noise'],
    ['no amplitude', 'sde', { ...plain, regularizer: 'explicit' as const }, 'draws no noise'],
    ['both', sde.noise, { antithetic: true, regularizer: 'explicit' as const }, 'leave out one of the two'],
  ])('is refused: %s, noise %s, %j', (_, noise, settings, message) => {
    const objective = createObjective(setupOf({ ...sde, noise }).model, reference);
    expect(() => createBatchGradient(objective, settings)).toThrow(InputError);
    expect(() => createBatchGradient(objective, settings)).toThrow(message);
  });
});
