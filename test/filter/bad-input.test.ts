/** What cannot be filtered is refused with what to do. */
import { describe, expect, it } from 'vitest';
import { parseCell } from '../../src/cells/index.js';
import { createFilter } from '../../src/filter/index.js';
import { buildModel, initialise, parseLoss } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { solverNamed } from '../../src/solvers/index.js';

function options(more: { noise?: string; bidirectional?: boolean; loss?: string; inputs?: number } = {}) {
  const { noise = 'sde:add=0.1', bidirectional = false, loss = 'mse', inputs = 0 } = more;
  const model = buildModel({
    layers: [
      {
        cell: parseCell('noisy'),
        units: 3,
        noise: parseNoise(noise),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta: 0.1 },
        bidirectional,
      },
    ],
    ...{ inputs, outputs: 2, readout: 'every', loss: parseLoss(loss) },
  });
  return { model, parameters: initialise(model.parameters, 1), observation: { covariance: 0.1 } };
}

describe('createFilter refuses', () => {
  it.each([
    [
      'a singular R',
      () =>
        createFilter({
          ...options(),
          observation: {
            covariance: [
              [1, 1],
              [1, 1],
            ],
          },
        }),
      'is singular',
    ],
    ['R of zero', () => createFilter({ ...options(), observation: { covariance: 0 } }), 'is singular'],
    ['nothing uncertain', () => createFilter(options({ noise: 'none' })), 'nothing is uncertain'],
    [
      'noise that is nothing',
      () => createFilter({ ...options(), noise: 'sde:add=0' }),
      'nothing is uncertain|amplitude',
    ],
    ['a bidirectional layer', () => createFilter(options({ bidirectional: true })), 'bidirectional'],
    ['classes', () => createFilter(options({ loss: 'cross-entropy' })), 'a loss on values'],
    [
      'R of another width',
      () => createFilter({ ...options(), observation: { covariance: [1, 1, 1] } }),
      '\\[2, 2\\] is expected',
    ],
    ['a negative variance', () => createFilter({ ...options(), process: [-1, 1, 1] }), 'no covariance'],
    ['a start of another width', () => createFilter({ ...options(), initial: { mean: [0, 0] } }), 'the state has 3'],
    ['an unknown method', () => createFilter({ ...options(), method: 'kalman' as 'extended' }), 'expected extended'],
    [
      'four orders of white noise',
      () => createFilter({ ...options(), method: 'generalised', smoothness: { state: 1, observation: 0 } }),
      'more than 2 orders',
    ],
    ['no smoothness', () => createFilter({ ...options(), method: 'generalised' }), 'smooth in time'],
  ] as const)('%s', (_, build, says) => {
    expect(build).toThrow(new RegExp(says));
  });

  it('series that do not fit', async () => {
    const filter = createFilter(options());
    await expect(filter.run([[1, 2, 3]])).rejects.toThrow('observes 2 channels');
    await expect(filter.run([])).rejects.toThrow('no steps');
    await expect(filter.run([[1, Number.POSITIVE_INFINITY]])).rejects.toThrow('NaN where it is missing');
    await expect(filter.run([[1, 2]], { dt: [0] })).rejects.toThrow('takes time');
    await expect(createFilter(options({ inputs: 1 })).run([[1, 2]])).rejects.toThrow('give inputs');
    const generalised = createFilter({ ...options(), method: 'generalised', smoothness: 1 });
    await expect(generalised.smooth([[1, 2]])).rejects.toThrow('no smoother');
  });
});
