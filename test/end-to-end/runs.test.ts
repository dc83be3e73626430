/** `runs` and `compare` on runs trained, broken off, imported and damaged; their statistics against known answers. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mcNemar, newcombe, pairedBootstrap } from '../../src/runs/paired.js';
import { wilsonInterval } from '../../src/train/index.js';
import { runCli, temporaryFolder } from './run-cli.js';
import { tinyUcr, writeTinyData } from './tiny-data.js';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const runs = at('runs');

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runCli(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

async function train(name: string, ...settings: string[]) {
  const args = ['--data', at('data'), '--engine', 'reference', 'epochs=2', 'units=3', ...settings];
  return json('train', ...args, '--out', join(runs, name));
}

const names = (list: { run: string }[]) => list.map(({ run }) => run);

beforeAll(async () => {
  writeTinyData(at('data'));
  await train('a', '--model', 'noisy:beta=0.8', 'seed=1');
  await train('deep/b', '--model', 'gru', 'lr=0.02');
  await train('c', 'seed=3', 'noise=none', 'step=learned');
  rmSync(join(runs, 'c', 'result.json'));
  const weights = at('published.safetensors');
  expect(await runCli('export', join(runs, 'c'), '--names', 'published', '--out', weights)).toMatchObject({ code: 0 });
  expect(await runCli('import', weights, '--out', join(runs, 'from-elsewhere'))).toMatchObject({ code: 0 });
  mkdirSync(join(runs, 'torn'));
  writeFileSync(join(runs, 'torn', 'config.yaml'), 'settings: [');
});

describe('runs', () => {
  it('lists every run below the folder, whatever its state', async () => {
    const list = await json('runs', runs);
    expect(names(list)).toEqual(['a', 'c', 'deep/b', 'from-elsewhere', 'torn']);
    const status = Object.fromEntries(list.map((run: { run: string; status: string }) => [run.run, run.status]));
    expect(status).toEqual({
      a: 'finished',
      c: 'interrupted',
      'deep/b': 'finished',
      'from-elsewhere': 'imported',
      torn: 'damaged',
    });
    const result = JSON.parse(readFileSync(join(runs, 'a', 'result.json'), 'utf8'));
    expect(list[0]).toMatchObject({
      ...{ model: 'noisy:beta=0.8', noise: 'sde:add=0.1,mult=0.1', data: at('data'), epochs: 2, of: 2, reason: null },
      ...{ validation: result.validation.accuracy, test: result.test.accuracy, settings: { units: 3, seed: 1 } },
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(list[1]).toMatchObject({ epochs: 2, test: null, validation: expect.any(Number) });
    expect(list[4].reason).toContain('not readable as YAML');
  });

  it.each<[string[], string[]]>([
    [
      ['--filter', 'model=noisy', '--filter', 'status!=imported'],
      ['a', 'c'],
    ],
    [['--filter', 'seed>1'], ['c']],
    [['--filter', 'lr>=0.02'], ['deep/b']],
    [
      ['--filter', 'test<=1', '--sort', '-model'],
      ['a', 'deep/b'],
    ],
    [
      ['--filter', 'seed<=3', '--sort', '-seed'],
      ['c', 'a', 'deep/b', 'from-elsewhere'],
    ],
    [
      ['--filter', 'noise = none', '--sort', 'created'],
      ['deep/b', 'c', 'from-elsewhere'],
    ],
    [['--filter', 'units=4'], []],
  ])('filters and sorts by %j', async (args, expected) => {
    expect(names(await json('runs', runs, ...args))).toEqual(expected);
  });

  it('prints a table for people', async () => {
    const { code, stdout } = await runCli('runs', runs, '--filter', 'status!=imported');
    expect(code).toBe(0);
    const [heading, first] = stdout.split('\n');
    expect(heading).toMatch(/^run +data +model +noise +epochs +validation +test +begun +status$/);
    expect(first).toMatch(
      /^a +\S+ +noisy:beta=0\.8 +sde:add=0\.1,mult=0\.1 +2 +0\.\d{4} +\d\.\d{4} +[-\d]+ [\d:]+ +finished$/,
    );
    expect(stdout).toContain('damaged: ');
    expect((await runCli('runs', at('data'))).stdout).toContain('no runs below');
  });

  it.each([
    [['--filter', 'sede=1'], 'unknown key "sede"; did you mean "seed"?'],
    [['--filter', 'seed'], 'filter "seed": expected key=value'],
    [['--sort', 'tset'], 'unknown key "tset"; did you mean "test"?'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await runCli('runs', runs, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('compare', () => {
  it('shows what differs, and pairs runs that were tested on the same rows', async () => {
    const result = await json('compare', join(runs, 'a'), join(runs, 'deep/b'), '--seed', '4');
    expect(result.settings).toMatchObject({
      model: ['noisy:beta=0.8', 'gru'],
      noise: ['sde:add=0.1,mult=0.1', 'none'],
    });
    expect(result.settings).not.toHaveProperty('units');
    const [a, b] = result.test.map((figures: { name: string }[]) => figures.find(({ name }) => name === 'accuracy'));
    const [difference] = result.differences;
    expect(difference).toMatchObject({ method: 'paired by test row', reason: null });
    expect(difference.accuracy).toMatchObject({ count: 20, seed: 4, converged: true });
    expect(difference.accuracy.value).toBeCloseTo(b.value - a.value, 12);
    expect(difference.mcNemar.onlySecond - difference.mcNemar.onlyFirst).toBe(
      Math.round(20 * difference.accuracy.value),
    );
    const losses = [a, b].map(
      (_, index) => result.test[index].find(({ name }: { name: string }) => name === 'loss').value,
    );
    expect(difference.loss.value).toBeCloseTo(losses[1] - losses[0], 12);
    const { stdout } = await runCli('compare', join(runs, 'a'), join(runs, 'deep/b'));
    expect(stdout).toMatch(/^model +noisy:beta=0\.8 +gru$/m);
    expect(stdout).toMatch(/^test accuracy +\d\.\d{4} \[/m);
    expect(stdout).toMatch(/\(paired by test row\)\n {2}accuracy +[+−]\d\.\d{4} {2}95 % interval/);
    expect(stdout).toMatch(/McNemar .* p = /);
  });

  it('treats runs on other rows as independent samples, and says why others cannot be compared', async () => {
    const other = writeTinyData(at('other'));
    writeFileSync(join(other, 'Tiny_TEST.tsv'), tinyUcr(30, 77));
    const args = ['--data', other, '--engine', 'reference', 'epochs=1', 'units=3', '--out', join(runs, 'd')];
    expect(await runCli('train', ...args)).toMatchObject({ code: 0 });
    const paths = ['a', 'd', 'c', 'from-elsewhere'].map((name) => join(runs, name));
    const { differences } = await json('compare', ...paths);
    expect(differences[0]).toMatchObject({
      ...{ method: 'independent samples', reason: 'they were tested on different rows' },
      ...{ loss: null, mcNemar: null, accuracy: { value: expect.any(Number) } },
    });
    expect(differences[1]).toMatchObject({ method: 'none', reason: expect.stringContaining('is not finished') });
    expect(differences[2]).toMatchObject({ method: 'none', reason: expect.stringContaining('was imported') });
  });

  it('needs two runs', async () => {
    const { code, stderr } = await runCli('compare', join(runs, 'a'));
    expect(code).toBe(2);
    expect(stderr).toContain('got 1 run, expected two or more');
  });
});

describe('statistics of comparisons', () => {
  it('McNemar by hand: 1 against 9 is 2 · (1 + 10) / 2¹⁰; no row that differs is no evidence', () => {
    const first = [...Array(9).fill(0), 1, 1, 0];
    const second = [...Array(9).fill(1), 0, 1, 0];
    expect(mcNemar(first, second)).toEqual({ onlyFirst: 1, onlySecond: 9, p: expect.closeTo(22 / 1024, 12) });
    expect(mcNemar([1, 0], [1, 0]).p).toBe(1);
    expect(mcNemar(Array(4000).fill(0), Array(4000).fill(1)).p).toBe(0);
  });

  it("Newcombe's own example: 56 of 70 against 48 of 80 is 0.0524 to 0.3339", () => {
    const figure = (right: number, count: number) => {
      const { accuracy, low, high } = wilsonInterval(right / count, count);
      return { value: accuracy, low, high };
    };
    const { value, low, high } = newcombe(figure(48, 80), figure(56, 70));
    expect([value, low, high].map((own) => own.toFixed(4))).toEqual(['0.2000', '0.0524', '0.3339']);
  });

  it('the paired bootstrap knows a shift that the rows hide', () => {
    const rows = Array.from({ length: 200 }, (_, row) => 10 * Math.sin(row));
    const shifted = rows.map((value, row) => value + 0.1 + 0.2 * Math.cos(7 * row));
    const { value, low, high, standardError, count } = pairedBootstrap(rows, shifted, 1);
    expect(count).toBe(200);
    expect(value).toBeCloseTo(0.1, 1);
    expect([low > 0, high < 0.2]).toEqual([true, true]);
    // A normal mean has 2 × 1.96 standard errors between its 2.5 % points; of 2000 resamples to about 5 %.
    expect((high - low) / standardError).toBeGreaterThan(3.5);
    expect((high - low) / standardError).toBeLessThan(4.4);
    expect(pairedBootstrap(rows, shifted, 1)).toEqual(pairedBootstrap(rows, shifted, 1));
    expect(pairedBootstrap([1, null, 3], [2, 5, null], 1)).toMatchObject({ value: 1, count: 1, converged: false });
  });
});
