/** What the commands print: the documented JSON, alone on standard output, and text for people without --json. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/interop/safetensors.js';
import { npzFile } from './npz-file.js';
import { type CliResult, runCli, temporaryFolder } from './run-cli.js';
import { tinyUcr, writeTinyData } from './tiny-data.js';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const engine = ['--engine', 'reference'];
const proportion = expect.toSatisfy((value: number) => value >= 0 && value <= 1);
const positive = expect.toSatisfy((value: number) => value > 0);

function json({ code, stdout, stderr }: CliResult) {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

let trained: unknown;
beforeAll(async () => {
  writeTinyData(at('data'));
  const args = ['--data', at('data'), '--model', 'noisy:beta=0.8', '--step', 'learned', ...engine];
  trained = json(await runCli('train', ...args, 'units=4', 'epochs=3', 'delta=0.3', '--out', at('run'), '--json'));
});

describe('train', () => {
  it('prints its result and keeps it in the run', () => {
    expect(trained).toEqual({
      run: at('run'),
      epochs: 3,
      stoppedEarly: false,
      bestEpoch: expect.toSatisfy((epoch: number) => [1, 2, 3].includes(epoch)),
      validation: { accuracy: proportion, loss: positive, metrics: expect.objectContaining({ macroF1: proportion }) },
      test: {
        accuracy: proportion,
        loss: positive,
        count: 20,
        metrics: expect.objectContaining({ macroF1: expect.objectContaining({ value: proportion, count: 20 }) }),
      },
      temperature: { temperature: positive, standardError: positive, converged: true },
      stream: expect.objectContaining({ measuredSteps: positive, factor: 2, sentence: expect.any(String) }),
      seconds: positive,
      engine: 'reference',
      threads: 1,
      parameters: 16 + 16 + 4 + 4 + 4 + 8 + 2,
    });
    expect(JSON.parse(readFileSync(at('run', 'result.json'), 'utf8'))).toEqual(trained);
    expect(readdirSync(at('run')).sort()).toEqual(
      [
        'README.md',
        'checkpoints',
        'config.yaml',
        'environment.json',
        'metrics.jsonl',
        'result.json',
        'test-rows.json',
      ].sort(),
    );
  });

  it('repeats a run from its configuration file, to the bit', async () => {
    json(await runCli('train', '--config', at('run', 'config.yaml'), '--out', at('again'), '--json'));
    const last = (run: string) => readFileSync(at(run, 'checkpoints', 'last.safetensors'));
    expect(last('again').equals(last('run'))).toBe(true);
  });

  it('takes the same settings from flags, overrides, YAML and JSON', async () => {
    writeFileSync(at('a.yaml'), `data: ${at('data')}\nunits: 3\nepochs: 1\nbatchSize: 8\n`);
    writeFileSync(at('a.json'), JSON.stringify({ data: at('data'), units: 3, epochs: 1, batchSize: 8 }));
    const ways = [
      ['--config', at('a.yaml')],
      ['--config', at('a.json'), 'units=3'],
      ['--data', at('data'), '--units', '3', '--epochs', '1', '--batch-size', '8'],
      [`data=${at('data')}`, 'units=3', 'epochs=1', 'batch-size=8'],
    ];
    const configs = [];
    for (const [index, way] of ways.entries()) {
      expect(await runCli('train', ...way, ...engine, '--out', at(`way${index}`))).toMatchObject({ code: 0 });
      configs.push(readFileSync(at(`way${index}`, 'config.yaml'), 'utf8'));
    }
    expect(new Set(configs).size).toBe(1);
  });

  it('takes a switch as a flag without a value', async () => {
    const own = ['--noise', 'sde:add=0.2', '--units', '3', '--epochs', '1', '--data', at('data'), ...engine];
    const ways = [['--antithetic'], ['antithetic=on'], ['antithetic=off'], []];
    const configs = [];
    for (const [index, way] of ways.entries()) {
      json(await runCli('train', ...way, ...own, '--out', at(`switch${index}`), '--json'));
      configs.push(readFileSync(at(`switch${index}`, 'config.yaml'), 'utf8'));
    }
    expect(configs[0]).toContain('antithetic: true');
    expect(configs[1]).toBe(configs[0]);
    expect(configs[2]).toContain('antithetic: false');
    expect(configs[3]).toBe(configs[2]);
  });

  it('trains on one file without test data, and on NumPy arrays', async () => {
    writeFileSync(at('one.tsv'), tinyUcr(30, 5));
    writeFileSync(
      at('arrays.npz'),
      npzFile(
        [20, 5, 2],
        Array.from({ length: 20 }, (_, row) => row % 3),
      ),
    );
    for (const data of ['one.tsv', 'arrays.npz'])
      expect(
        json(
          await runCli(
            'train',
            '--data',
            at(data),
            'units=3',
            'epochs=1',
            ...engine,
            '--out',
            at(`${data}.run`),
            '--json',
          ),
        ),
      ).toMatchObject({ test: null });
  });

  it("trains a user's own cell from a module", async () => {
    const library = new URL('../../src/index.ts', import.meta.url).pathname;
    writeFileSync(
      at('own.mjs'),
      `import { add, defineCell, fanIn, matmul, multiply, tanh } from '${library}';
       export default defineCell({
         name: 'own',
         state: ({ units }) => ({ h: units }),
         parameters: ({ units, inputs }) => ({ U: { shape: [units, inputs], initial: fanIn(inputs) } }),
         drift: ({ state: { h }, input, parameters: { U } }) => ({ h: add(multiply(-1, h), tanh(matmul(U, input))) }),
       });`,
    );
    const args = ['--data', at('data'), '--model', at('own.mjs'), '--noise', 'sde:add=0.1', 'epochs=1', 'units=3'];
    json(await runCli('train', ...args, ...engine, '--out', at('own'), '--json'));
    json(await runCli('evaluate', at('own'), ...engine, '--json'));
  });

  it('prints text without --json', async () => {
    const { code, stdout } = await runCli('train', '--resume', at('run'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run .*\nepochs +3, best \d/);
  });
});

describe('evaluate', () => {
  it('attacks: none leaves more right than clean input, and a stronger one leaves no more', async () => {
    const args = [
      '--attack',
      'fgsm=0,0.5',
      '--attack',
      'pgd=0.5',
      '--attack',
      'random-search=0.5',
      ...engine,
      '--json',
    ];
    const { clean, attacks } = json(await runCli('evaluate', at('run'), ...args));
    const found = attacks.map(({ kind, strength }: { kind: string; strength: number }) => `${kind} ${strength}`);
    expect(found).toEqual(['fgsm 0', 'fgsm 0.5', 'pgd 0.5', 'random-search 0.5']);
    const [none, fgsm, pgd] = attacks.map(({ accuracy }: { accuracy: number }) => accuracy);
    expect(none).toBe(clean.accuracy);
    expect(fgsm).toBeLessThanOrEqual(none);
    expect(pgd).toBeLessThanOrEqual(fgsm);
  });

  it.each([['pgd'], ['pgd=-1'], ['laser=0.1']])('refuses the attack "%s"', async (attack) => {
    const { code, stdout, stderr } = await runCli('evaluate', at('run'), '--attack', attack, ...engine);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('attack');
  });

  it('prints clean and perturbed accuracies with intervals', async () => {
    const args = ['--perturb', 'white=0,0.5', '--perturb', 'salt-pepper=0.05', '--seeds', '3', ...engine, '--json'];
    const result = json(await runCli('evaluate', at('run'), ...args));
    const interval = { accuracy: proportion, low: proportion, high: proportion };
    expect(result.clean).toEqual({ ...interval, count: 20, loss: positive });
    const point = (kind: string, strength: number) => ({
      ...{ kind, strength, ...interval, seeds: 3 },
      accuracies: [proportion, proportion, proportion],
    });
    expect(result.perturbations).toEqual([point('white', 0), point('white', 0.5), point('salt-pepper', 0.05)]);
    for (const key of ['accuracy', 'low', 'high'])
      expect(result.perturbations[0][key]).toBeCloseTo(result.clean[key], 12);
    expect(result.clean.accuracy).toBe((trained as { test: { accuracy: number } }).test.accuracy);
  });

  it('scores a file, and a folder that has nothing but test data, by the run alone', async () => {
    const whole = json(await runCli('evaluate', at('run'), ...engine, '--json'));
    const file = at('data', 'Tiny_TEST.tsv');
    expect(json(await runCli('evaluate', at('run'), '--data', file, ...engine, '--json'))).toEqual(whole);
    mkdirSync(at('only-test'));
    copyFileSync(file, at('only-test', 'Tiny_TEST.tsv'));
    expect(json(await runCli('evaluate', at('run'), '--data', at('only-test'), ...engine, '--json'))).toEqual(whole);
    expect(json(await runCli('evaluate', at('run'), '--data-dir', at('only-test'), ...engine, '--json'))).toEqual(
      whole,
    );
    // One class alone: neither moments nor classes come from the scored file.
    writeFileSync(
      at('ones.tsv'),
      tinyUcr(20, 9)
        .split('\n')
        .filter((line) => line.startsWith('2'))
        .join('\n'),
    );
    expect(json(await runCli('evaluate', at('run'), '--data', at('ones.tsv'), ...engine, '--json'))).toMatchObject({
      clean: { count: 10 },
    });
  });
});

it('predict prints logits and labels as they are written in the training data', async () => {
  const file = at('data', 'Tiny_TEST.tsv');
  const result = json(await runCli('predict', at('run'), '--input', file, ...engine, '--json'));
  expect(Object.keys(result)).toEqual(['rows', 'logits', 'labels', 'probabilities']);
  expect(result.logits.length).toBe(20);
  for (const [row, logits] of result.logits.entries())
    expect(result.labels[row]).toBe(logits[1] > logits[0] ? '2' : '1');
  const { stdout } = await runCli('predict', at('run'), '--input', file, ...engine);
  expect(stdout.trim().split('\n')).toEqual(result.labels);
});

it('export and import give the same predictions', async () => {
  const exported = ['export', at('run'), '--names', 'published', '--out', at('weights.safetensors')];
  expect(json(await runCli(...exported, '--json')).tensors).toMatchObject({ B: [4, 4], 'E.weight': [4, 1], d: [4] });
  const imported = [
    'import',
    at('weights.safetensors'),
    '--model',
    'noisy:beta=0.8',
    '--out',
    at('imported'),
    '--json',
  ];
  expect(json(await runCli(...imported))).toEqual({ run: at('imported'), parameters: 54, model: 'noisy:beta=0.8' });
  // The original standardises its inputs and the import does not: only the weights can be compared.
  expect(json(await runCli('export', at('run'), '--out', at('own.safetensors'), '--json')).file).toBe(
    at('own.safetensors'),
  );
  expect(json(await runCli('export', at('imported'), '--out', at('back.safetensors'), '--json')).format).toBe(
    'safetensors',
  );
  const weights = (file: string) => readSafetensors(readFileSync(at(file))).tensors;
  expect(weights('back.safetensors')).toEqual(weights('own.safetensors'));
  const input = ['--input', at('data', 'Tiny_TEST.tsv'), ...engine, '--json'];
  expect(
    json(await runCli('predict', at('imported'), ...input)).labels.every((l: string) => ['0', '1'].includes(l)),
  ).toBe(true);
  expect(await runCli('train', '--resume', at('imported'))).toMatchObject({ code: 2 });
});

describe('doctor', () => {
  it('names versions, engines and features', async () => {
    const result = json(await runCli('doctor', '--json'));
    expect(result.environment).toMatchObject({ node: process.versions.node });
    expect(result.engines.map(({ name }: { name: string }) => name)).toEqual(['native', 'wasm', 'webgpu', 'reference']);
    expect(result.engines[3]).toMatchObject({ available: true, reason: null });
    const [native] = result.engines;
    expect(typeof (native.available ? native.build : native.reason)).toBe('string');
    expect(result.features.length).toBe(3);
  });
});

it('prints help and version on standard output', async () => {
  expect(await runCli('--help')).toMatchObject({ code: 0, stderr: '' });
  expect((await runCli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
