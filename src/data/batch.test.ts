import { describe, expect, it } from 'vitest';
import { batchOf, range } from './batch.js';
import type { Dataset } from './dataset.js';

const data: Dataset = {
  name: 'three rows',
  rows: 3,
  steps: 4,
  channels: 2,
  inputs: Float32Array.from({ length: 24 }, (_, i) => i),
  labels: Int32Array.of(5, 6, 7),
  lengths: Uint32Array.of(2, 4, 3),
  targets: { values: Float32Array.from({ length: 12 }, (_, i) => i), width: 1, per: 'step' },
  stepLabels: Int32Array.from({ length: 12 }, (_, i) => i),
  groups: null,
};

describe('batchOf', () => {
  it('cuts to the longest of its rows, and says their lengths where they differ', () => {
    expect(batchOf(data, [2, 0])).toEqual({
      rows: 2,
      steps: 3,
      inputs: Float32Array.of(16, 17, 18, 19, 20, 21, 0, 1, 2, 3, 4, 5),
      labels: Int32Array.of(7, 5),
      stepLabels: Int32Array.of(8, 9, 10, 0, 1, 2),
      targets: Float32Array.of(8, 9, 10, 0, 1, 2),
      lengths: Uint32Array.of(3, 2),
    });
  });

  it('has no lengths where rows are alike', () => {
    const batch = batchOf(data, [0]);
    expect(batch.lengths).toBeUndefined();
    expect(batch).toMatchObject({ steps: 2, inputs: Float32Array.of(0, 1, 2, 3) });
  });

  it('leaves out what the data have not, and takes targets of a row whole', () => {
    const targets = { values: Float32Array.of(1, 2, 3, 4, 5, 6), width: 2, per: 'row' } as const;
    const batch = batchOf({ ...data, lengths: null, labels: null, stepLabels: null, targets }, range(1, 3));
    expect(Object.keys(batch)).toEqual(['rows', 'steps', 'inputs', 'targets']);
    expect(batch.targets).toEqual(Float32Array.of(3, 4, 5, 6));
  });
});
