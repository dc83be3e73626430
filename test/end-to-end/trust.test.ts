/** A stranger's run never executes code: it holds graphs, and names modules that are loaded only where that is allowed. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createHeartbeats } from '../../src/data/index.js';
import { loadRun, resume, train } from '../../src/node.js';
import { runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder, ...names);
const core = new URL('../../src/index.ts', import.meta.url).href;

/** A module that leaves a mark whenever it is run. */
const marking = (mark: string) => `
import { writeFileSync } from 'node:fs';
import { add, defineCell, fanIn, matmul, orthogonal, tanh } from ${JSON.stringify(core)};
writeFileSync(${JSON.stringify(mark)}, 'run');
export default defineCell({
  name: 'marked',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({
    W: { shape: [units, units], initial: orthogonal },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
  }),
  step: ({ state: { h }, input, parameters: { W, U } }) => ({ h: tanh(add(matmul(W, h), matmul(U, input))) }),
});
`;
const args = [
  '--data',
  'heartbeats',
  '--units',
  '3',
  '--limit-train',
  '40',
  '--engine',
  'reference',
  '--batch-size',
  '20',
];
const beats = createHeartbeats('mine', 2, 7);

/** Everything that reads a run, on the command line. */
const readers: [string, (run: string) => string[]][] = [
  ['evaluate', (run) => ['evaluate', run, '--engine', 'reference']],
  ['predict', (run) => ['predict', run, '--engine', 'reference']],
  ['analyze', (run) => ['analyze', run, '--engine', 'reference', '--stability', '--rows', '2']],
  ['export', (run) => ['export', run, '--out', at(`out-${Math.random()}.safetensors`)]],
  [
    'train --from',
    (run) => ['train', '--from', run, ...args.slice(4), '--epochs', '1', '--out', at(`tuned-${Math.random()}`)],
  ],
];

describe('a run with a cell of its own', () => {
  const mark = at('mark');
  const run = at('mine', 'runs', 'a');

  it('is trained from a module, and holds no absolute path of it', async () => {
    mkdirSync(at('mine'));
    writeFileSync(at('mine', 'cell.mjs'), marking(mark));
    const { code, stderr } = await runCli(
      'train',
      '--model',
      at('mine', 'cell.mjs'),
      ...args,
      '--epochs',
      '2',
      '--out',
      run,
    );
    expect(code, stderr).toBe(0);
    expect(existsSync(mark)).toBe(true);
    for (const file of ['config.yaml', 'parts.json', 'README.md', 'result.json'])
      if (file !== 'result.json') expect(readFileSync(join(run, file), 'utf8'), file).not.toContain(folder);
    expect(readFileSync(join(run, 'config.yaml'), 'utf8')).toContain('model: marked');
    expect(JSON.parse(readFileSync(join(run, 'parts.json'), 'utf8')).parts[0]).toMatchObject({
      ...{ kind: 'cell', name: 'marked', module: { path: '../../cell.mjs' } },
    });
  });

  it.each(readers)('%s goes on from its graph, and runs nothing', async (_, command) => {
    const copy = at('copied');
    rmSync(copy, { recursive: true, force: true });
    cpSync(run, copy, { recursive: true });
    rmSync(mark, { force: true });
    const { code, stderr } = await runCli(...command(copy));
    expect(code, stderr).toBe(0);
    expect(existsSync(mark)).toBe(false);
  });

  it('predicts the same from folder, copy, exported file and the cell itself', async () => {
    rmSync(mark, { force: true });
    const out = at('exported.safetensors');
    expect((await runCli('export', run, '--out', out)).code).toBe(0);
    expect(new TextDecoder('latin1').decode(readFileSync(out))).not.toContain(folder);
    const found = [];
    for (const source of [run, at('copied'), out, pathToFileURL(out)]) {
      const model = await loadRun(source, { engine: 'reference' });
      found.push((await model.predict(beats)).logits.map((row) => [...row]));
      await model.close();
    }
    // A file has the weights in float32.
    expect(found[1]).toEqual(found[0]);
    expect(found[3]).toEqual(found[2]);
    for (const [row, logits] of found[2]!.entries())
      for (const [unit, logit] of logits.entries()) expect(logit).toBeCloseTo(found[0]![row]![unit]!, 6);
    expect(existsSync(mark)).toBe(false);
  });
});

describe('a run that names a module and keeps no graph of it', () => {
  const mark = at('stranger-mark');
  const run = at('stranger', 'run');

  it('as runs were before, is refused by everything that reads it', async () => {
    mkdirSync(at('stranger'));
    cpSync(at('mine', 'runs', 'a'), run, { recursive: true });
    rmSync(join(run, 'parts.json'));
    rmSync(join(run, 'result.json'));
    writeFileSync(join(run, 'cell.mjs'), marking(mark));
    const config = join(run, 'config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('model: marked', 'model: ./cell.mjs'));
    const commands = [...readers, ['train --resume', (own: string) => ['train', '--resume', own]] as const];
    for (const [name, command] of commands) {
      const { code, stderr } = await runCli(...command(run));
      expect(code, name).toBe(2);
      expect(stderr, name).toContain("is code of its own (./cell.mjs), and a run's code is not executed unasked");
    }
    await expect(loadRun(run)).rejects.toThrow('--trust, { trust: true }');
    await expect(resume(run)).rejects.toThrow('not executed unasked');
    await expect(train({ from: run, out: at('tuned'), limitTrain: 40 })).rejects.toThrow('not executed unasked');
    expect(existsSync(mark)).toBe(false);
  });

  it('is executed where that is allowed, and only then', async () => {
    const { code, stderr } = await runCli('evaluate', run, '--trust', '--engine', 'reference');
    expect(code, stderr).toBe(0);
    expect(existsSync(mark)).toBe(true);
    // Allowed once is not allowed again.
    expect((await runCli('evaluate', run)).code).toBe(2);
    const model = await loadRun(run, { trust: true, engine: 'reference' });
    expect((await model.predict(beats)).labels.length).toBe(2);
    await model.close();
  });
});
