/** Noise of one's own through training: on the command line and in a program, kept with the run, gone on with to the same bits. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHeartbeats } from '../../src/data/index.js';
import { loadRun, train } from '../../src/node.js';
import { nodeFiles } from '../../src/platform/node-files.js';
import { readRun } from '../../src/train/load-run.js';
import { jumps, learned } from '../support/users-noise.js';
import { runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder, ...names);
const core = new URL('../../src/index.ts', import.meta.url).href;
const settings = {
  data: 'heartbeats',
  units: 3,
  limitTrain: 40,
  batchSize: 20,
  engine: 'reference',
  epochs: 2,
} as const;

describe('noise of one’s own', () => {
  it('is trained as an object, and as a module, to the same weights, with parameters that move', async () => {
    writeFileSync(
      at('learned.mjs'),
      `import { defineNoise, multiply, normal, startAt } from ${JSON.stringify(core)};
       export const other = 3;
       export default defineNoise({
         name: 'learned',
         parameters: ({ units }) => ({ G: { shape: [units, 2], initial: normal(0.1) }, s: { shape: [units], initial: startAt(0.1) } }),
         channels: ({ state: { h }, parameters: { G, s } }) => ({
           h: [{ kind: 'diagonal', amplitude: multiply(s, h) }, { kind: 'matrix', matrix: G }],
         }),
       });`,
    );
    await train({ ...settings, noise: learned, out: at('object') });
    const flags = Object.entries({ ...settings, noise: at('learned.mjs') }).map(([name, value]) => `${name}=${value}`);
    const { code, stderr } = await runCli('train', ...flags, '--out', at('module'));
    expect(code, stderr).toBe(0);
    const [one, two] = [await readRun(nodeFiles, at('object')), await readRun(nodeFiles, at('module'))];
    expect(two.parameters).toEqual(one.parameters);
    expect(one.settings.noise).toBe('learned');
    expect(one.parameters['noise.s']!.data.some((value) => value !== Math.fround(0.1))).toBe(true);
  });

  it('is frozen, scaled and scheduled like any other', async () => {
    const { epochs } = await train({
      ...{ ...settings, noise: 'learned:eps=0.5', parts: [learned], noiseSchedule: 'linear', epochs: 1 },
      ...{ freeze: ['noise.*'], out: at('frozen') },
    });
    expect(epochs).toBe(1);
    const { parameters } = await readRun(nodeFiles, at('frozen'));
    expect(parameters['noise.s']!.data.every((value) => value === Math.fround(0.1))).toBe(true);
  });

  it('goes on, predicts and is analysed without the module', async () => {
    rmSync(at('learned.mjs'));
    cpSync(at('module'), at('elsewhere'), { recursive: true });
    const beats = createHeartbeats('mine', 2, 7);
    const found = [];
    for (const run of ['module', 'elsewhere', 'object']) {
      const model = await loadRun(at(run), { engine: 'reference' });
      found.push((await model.predict(beats)).logits.map((row) => [...row]));
      await model.close();
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    const analysed = await runCli(
      'analyze',
      at('elsewhere'),
      '--regularizer',
      '--rows',
      '2',
      '--engine',
      'reference',
      '--json',
    );
    expect(analysed.code, analysed.stderr).toBe(0);
    const drawn = await runCli(
      'evaluate',
      at('elsewhere'),
      '--noise',
      'sampled',
      '--draws',
      '2',
      '--engine',
      'reference',
    );
    expect(drawn.code, drawn.stderr).toBe(0);
  });

  it('of jumps is kept as a graph with its draws', async () => {
    await train({ ...settings, noise: jumps, epochs: 1, out: at('jumps') });
    const { parts } = JSON.parse(readFileSync(at('jumps', 'parts.json'), 'utf8'));
    expect(parts[0].traces[0]).toMatchObject({
      form: 'update',
      draws: [{ distribution: 'bernoulli', rate: 0.9 }, { distribution: 'normal' }],
    });
    const run = await readRun(nodeFiles, at('jumps'));
    expect(run.model.spec.layers[0]!.noise).toMatchObject({ name: 'jumps', centred: true });
  });

  it('of zero amplitude trains, and says that it is without noise', async () => {
    const notes: string[] = [];
    await train({ ...settings, noise: 'sde', epochs: 1, out: at('zero'), onNote: (line) => notes.push(line) });
    expect(notes).toEqual(['noise sde draws nothing: its amplitudes are all zero, and training goes on without noise']);
    const { code, stderr } = await runCli('train', 'noise=sde', 'antithetic=true', '--out', at('antithetic'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('the model draws no noise')]);
  });
});
