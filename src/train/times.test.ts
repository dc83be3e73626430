/** A class that lies in the timing alone: one constant input, the gaps exponential with one of two rates. */
import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from '../platform/memory-files.js';
import { createGenerator } from '../random/index.js';
import type { GivenConfiguration } from './configuration.js';
import { trainRun } from './train-run.js';

function rates(series: number, seed: number): string {
  const generator = createGenerator(seed, 'rates');
  const lines = ['id,time,x,label'];
  for (let id = 0; id < series; id++) {
    let time = 0;
    for (let step = 0; step < 40; step++) {
      lines.push(`${id},${time.toFixed(4)},1,${id % 2 === 0 ? 'often' : 'seldom'}`);
      time += 1e-3 + generator.exponential() * (id % 2 === 0 ? 1 : 3);
    }
  }
  return lines.join('\n');
}

async function trained(settings: GivenConfiguration) {
  const files = createMemoryFiles();
  await files.write('train.csv', rates(200, 1));
  await files.write('test.csv', rates(200, 2));
  const notes: string[] = [];
  const result = await trainRun({
    ...{ files, out: 'run', onNote: (note: string) => notes.push(note) },
    settings: { data: 'train.csv', testData: 'test.csv', ...settings },
  });
  return {
    accuracy: result.test!.accuracy,
    notes,
    config: new TextDecoder().decode(await files.read('run/config.yaml')),
  };
}

describe('timing alone', () => {
  it('is learned by a cell with a drift, and told', async () => {
    const { accuracy, notes, config } = await trained({ epochs: 12, units: 16 });
    expect(accuracy).toBeGreaterThanOrEqual(0.95);
    expect(notes.join()).toMatch(/uneven.*longer than 10 medians/);
    expect(config).toMatch(/even: false\s+follows: true/);
  });

  it('is there as an input of a discrete cell', async () => {
    // Far above the half of chance, and of the same cell without it.
    const { accuracy } = await trained({ model: 'gru', timeChannel: true, epochs: 12, units: 8 });
    expect(accuracy).toBeGreaterThan(0.75);
  });

  it('is not in steps that are taken as even', async () => {
    for (const settings of [{ sampling: 'even' }, { model: 'gru' }] as const) {
      const { accuracy, notes } = await trained({ ...settings, epochs: 2, units: 8 });
      expect(accuracy).toBe(0.5);
      expect(notes.join()).toContain('taken as even');
    }
  });
});
