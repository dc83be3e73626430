import { describe, expect, it } from 'vitest';
import { setupOf } from '../../test/support/setup.js';
import { type Dataset, selectRows } from '../data/index.js';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { createObjective } from '../model/index.js';
import { createBatchGradient } from './batch-gradient.js';
import { updateGradient } from './update-gradient.js';

describe('the gradient of an update, accumulated over batches', () => {
  const { model, parameters, batch, noise } = setupOf({
    ...{ cell: 'noisy', noise: 'sde:add=0.3,mult=0.3', solver: 'euler', above: [] },
    ...{ rows: 11, steps: 4, bidirectional: true },
  });
  const data: Dataset = {
    ...{ name: 'test', rows: 11, steps: 4, channels: 2, classes: ['a', 'b', 'c'] },
    ...{ lengths: null, targets: null, stepLabels: null, groups: null },
    inputs: Float32Array.from(batch.inputs),
    labels: Int32Array.from(batch.labels!),
  };
  const rows = Uint32Array.of(3, 9, 0, 4, 7, 10, 2);
  const of = async (size: number, antithetic = false) => {
    const objective = createObjective(model, createReferenceEngine());
    const gradientOf = createBatchGradient(objective, { antithetic, regularizer: 'none' });
    return updateGradient(gradientOf, parameters, selectRows(data, rows), size, {
      key: noise.key,
      samples: rows,
      scale: 0.7,
    });
  };

  it.each([1, 2, 3, 6])('is that of all rows at once, to rounding, in batches of %i', async (size) => {
    for (const antithetic of [false, true]) {
      const [together, apart] = [await of(7, antithetic), await of(size, antithetic)];
      expect(apart.loss).toBeCloseTo(together.loss, 14);
      for (const [name, { data: expected }] of Object.entries(together.gradient))
        for (const [i, value] of expected.entries()) expect(apart.gradient[name]!.data[i], name).toBeCloseTo(value, 14);
    }
  });
});
