/** Networks left running: the state carried on, what is read, and a stream that overflows. */
import { expect, it } from 'vitest';
import { followStreams, joined } from '../../src/analysis/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { tensor } from '../../src/graph/index.js';
import { buildModel, createObjective, initialise } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { setupOf } from '../support/setup.js';
import { linearCell } from '../support/users-cells.js';

const reference = createReferenceEngine();

it('reads at the end of each sequence what one long sequence reads there', async () => {
  const { model, parameters, batch } = setupOf({ cell: 'gru', noise: 'none', solver: 'euler', rows: 5, steps: 6 });
  const found = await followStreams(model, reference, parameters, batch, { sequences: 7, streams: 2 });
  const objective = createObjective(model, reference);
  for (const count of [1, 4, 7]) {
    const logits = await objective.logits(parameters, joined(batch, 6 * count, 2));
    for (const stream of [0, 1]) {
      const own = logits.subarray((stream * logits.length) / 2, ((stream + 1) * logits.length) / 2);
      const label = batch.labels![(stream + count - 1) % 5];
      expect(found.correct[stream]![count - 1]).toBe(own.indexOf(Math.max(...own)) === label);
    }
  }
  expect(found.largest.every((own) => own.length === 7 && own.every((size) => size > 0 && size <= 1))).toBe(true);
});

it('a state that grows by a factor a step is followed to its overflow, and the others go on', async () => {
  const layer = { cell: linearCell(1), units: 2, noise: parseNoise('none'), solver: solverNamed('euler') } as const;
  const model = buildModel({
    layers: [{ ...layer, step: { kind: 'fixed', delta: 1 }, initialState: { kind: 'learned', scale: 0 } }],
    ...{ inputs: 1, outputs: 2, readout: 'last' },
  });
  const parameters = { ...initialise(model.parameters, 1), 'initial.h': tensor([2], [1, -0.5]) };
  const batch = { rows: 1, steps: 10, inputs: new Float64Array(10), labels: [0] };
  const { largest } = await followStreams(model, reference, parameters, batch, { sequences: 50, streams: 1 });
  // 2 to the power of 10 a sequence, up to 1e30.
  expect(largest[0]!.slice(0, 3)).toEqual([2 ** 10, 2 ** 20, 2 ** 30]);
  expect(largest[0]).toHaveLength(10);
});

it('refuses what has no state to carry on, or no class to read', async () => {
  const both = setupOf({ cell: 'gru', noise: 'none', solver: 'euler', bidirectional: true });
  const run = (setup: typeof both, batch = setup.batch) =>
    followStreams(setup.model, reference, setup.parameters, batch, { sequences: 2, streams: 1 });
  await expect(run(both)).rejects.toThrow(/runs forward/);
  const uneven = setupOf({ cell: 'gru', noise: 'none', solver: 'euler', rows: 3, steps: 4, lengths: [4, 1, 3] });
  await expect(run(uneven)).rejects.toThrow(/of one length/);
  expect(() => joined(uneven.batch, 9, 1)).toThrow(/equally long/);
});
