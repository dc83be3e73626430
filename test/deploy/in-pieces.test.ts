/** Evaluation in pieces of time side by side against the sequential run. */
import { expect, it } from 'vitest';
import { inPieces } from '../../src/deploy/in-pieces.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createObjective } from '../../src/model/index.js';
import { setupOf } from '../support/setup.js';

const reference = createReferenceEngine();
const run = async (of: Parameters<typeof setupOf>[0], pieces?: number) => {
  const { model, parameters, batch } = setupOf(of);
  const objective = createObjective(model, reference);
  const notes: string[] = [];
  const options = { tolerance: 1e-12, onNote: (line: string) => notes.push(line), ...(pieces && { pieces }) };
  const found = await inPieces(objective, options).logits(parameters, batch);
  const expected = await objective.logits(parameters, batch);
  const error = found.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index]!)), 0);
  expect(found.length).toBe(expected.length);
  return { error, notes };
};

const gru = { cell: 'gru', noise: 'none', solver: 'euler', rows: 2 } as const;

it.each([
  ['the last step', { ...gru, steps: 192 }],
  ['steps left over', { ...gru, steps: 203 }],
  ['every step, steps left over', { ...gru, steps: 203, readout: 'every' }],
  [
    'two components, two layers, a learned start',
    { ...gru, cell: 'lstm', steps: 200, layers: 2, initialState: 'learned:scale=0.4' },
  ],
] as const)('%s', async (_, of) => {
  const { error, notes } = await run(of, 6);
  expect(error).toBeLessThan(1e-10);
  expect(notes).toEqual([expect.stringMatching(/^6 pieces of 3\d steps side by side, [2-6] sweeps$/)]);
});

it('takes as many sweeps as there are pieces where nothing is forgotten, and is exact then', async () => {
  // A slow network: e to the −0.001 a step.
  const { error, notes } = await run(
    { cell: 'noisy', noise: 'none', solver: 'euler', step: 'learned', rows: 1, steps: 160 },
    5,
  );
  expect(error).toBeLessThan(1e-10);
  expect(notes[0]).toMatch(/sweeps$/);
});

it('runs as ever, and says why, where it cannot or need not', async () => {
  expect((await run({ ...gru, rows: 9, steps: 200 })).notes[0]).toMatch(/keep the engine busy/);
  expect((await run({ ...gru, rows: 3, steps: 70, lengths: [70, 40, 66] })).notes[0]).toMatch(/differ in length/);
  expect((await run({ ...gru, steps: 70, bidirectional: true })).notes[0]).toMatch(/backwards too/);
});
