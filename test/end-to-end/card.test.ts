/** The model card of trained, unfinished and imported runs: it says what the run's files say, and its program runs. */
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadRun } from '../../src/node.js';
import { sparkline } from '../../src/train/card/sparkline.js';
import { runCli, temporaryFolder } from './run-cli.js';
import { writeTinyData } from './tiny-data.js';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const engine = ['--engine', 'reference'];
const card = (run: string) => readFileSync(at(run, 'README.md'), 'utf8');
let result: { bestEpoch: number; test: { accuracy: number }; validation: { loss: number } };

beforeAll(async () => {
  writeTinyData(at('data'));
  const args = ['--data', at('data'), ...engine, 'units=3', 'epochs=12', 'noise=sde:add=0.05'];
  const { code, stdout, stderr } = await runCli('train', ...args, '--out', at('run'), '--json');
  expect(code, stderr).toBe(0);
  result = JSON.parse(stdout);
});

describe('model card', () => {
  it('says data, split, changed settings, results with intervals, curve, engine and version', () => {
    const text = card('run');
    const { accuracy } = result.test;
    for (const line of [
      '# run\n',
      `Trained for 12 epochs; these are the weights of epoch ${result.bestEpoch}.`,
      '- source: `data`',
      '- split: 40 rows to train on, 20 to choose the epoch by, 20 to test',
      '- a series: 12 steps of 1 channel',
      '- classes: `1`, `2`',
      '| `units` | `3` | `64` |',
      '| `noise` | `sde:add=0.05` | `sde:add=0.1,mult=0.1` |',
      `| ${result.bestEpoch} (best) |`,
      'engine reference (float64, build reference-1)',
    ])
      expect(text).toContain(line);
    expect(text).toMatch(new RegExp(`\\| accuracy \\| ${accuracy} \\[0\\.\\d+, (0\\.\\d+|1)\\] \\|`));
    expect(text).toMatch(/Validation loss by epoch: `[▁-█]{12}`/);
    expect(text).toMatch(/noisy-rnn \d+\.\d+\.\d+/);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    // A card travels: nothing of the machine it was made on.
    expect(text).not.toContain(folder);
  });

  it('lists a setting exactly if it differs from the default', () => {
    const rows = [...card('run').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(['units', 'noise', 'epochs']);
  });

  it('shows how to load it: the three lines and the command do', async () => {
    const [, path] = /loadRun\('\.\/(\w+)'\)/.exec(card('run'))!;
    const model = await loadRun(at(path!), { engine: 'reference' });
    const { labels, probabilities } = await model.predict(new Float32Array(12));
    expect(labels).toHaveLength(1);
    expect(probabilities[0]).toHaveLength(2);
    expect(card('run')).toContain('noisy-rnn predict ./run --input FILE');
    const file = at('data', 'Tiny_TEST.tsv');
    expect(await runCli('predict', at('run'), '--input', file, ...engine)).toMatchObject({ code: 0 });
  });

  it('is written anew at the end of a run that was broken off', async () => {
    const out = at('broken');
    const args = ['--data', at('data'), ...engine, 'units=3', 'epochs=1', 'batchSize=8'];
    expect(await runCli('train', ...args, '--out', out)).toMatchObject({ code: 0 });
    const finished = card('broken');
    // As a kill before the end leaves it: the card is the one written at the beginning, or none.
    for (const name of ['result.json', 'README.md', 'test-rows.json']) rmSync(join(out, name));
    expect(await runCli('train', '--resume', out)).toMatchObject({ code: 0 });
    expect(card('broken')).toBe(finished);
    expect(readdirSync(out).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('says so while training is not finished', async () => {
    const { nodeFiles, train } = await import('../../src/node.js');
    const controller = new AbortController();
    const files = {
      ...nodeFiles,
      append: async (path: string, text: string) => {
        await nodeFiles.append(path, text);
        copyFileSync(at('cut', 'README.md'), at('seen.md'));
        controller.abort();
      },
    };
    const settings = { data: at('data'), engine: 'reference', units: 3, epochs: 5 } as const;
    await expect(train({ ...settings, out: at('cut'), files, signal: controller.signal })).rejects.toThrow('stopped');
    for (const text of [readFileSync(at('seen.md'), 'utf8'), card('cut')]) {
      expect(text).toContain('**Training is not finished**: 0 of 5 epochs are done.');
      expect(text).not.toContain('## Results');
    }
  });

  it('is written for imported weights too', async () => {
    const args = ['--data', at('data'), '--step', 'learned', '--noise', 'none', ...engine, 'units=3', 'epochs=1'];
    expect(await runCli('train', ...args, '--out', at('own'))).toMatchObject({ code: 0 });
    const weights = at('published.safetensors');
    expect(await runCli('export', at('own'), '--names', 'published', '--out', weights)).toMatchObject({ code: 0 });
    expect(await runCli('import', weights, '--out', at('imported'))).toMatchObject({ code: 0 });
    const text = card('imported');
    expect(text).toContain(
      'A recurrent network, `noisy` of 3 units, that tells 2 classes apart, its weights imported.',
    );
    expect(text).toContain("await loadRun('./imported')");
    expect(text).not.toMatch(/## Results|undefined|NaN/);
  });
});

describe('sparkline', () => {
  it('draws low values low, and leaves out what is missing', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([7, Number.NaN, 0])).toBe('█ ▁');
    expect(sparkline([2, 2])).toBe('▁▁');
  });
});
