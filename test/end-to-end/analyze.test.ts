/** `analyze` on a tiny trained run: the documented JSON, text for people, and refusals. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, runCli, temporaryFolder } from './run-cli.js';
import { writeTinyData } from './tiny-data.js';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const engine = ['--engine', 'reference'];
const estimate = {
  value: expect.any(Number),
  standardError: expect.any(Number),
  count: expect.any(Number),
  seed: expect.toSatisfy((seed) => seed === null || typeof seed === 'number'),
  converged: expect.any(Boolean),
};

function json({ code, stdout, stderr }: CliResult) {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  writeTinyData(at('data'));
  const args = ['--data', at('data'), ...engine, 'units=3', 'epochs=1'];
  json(await runCli('train', ...args, '--out', at('run'), '--json'));
  json(await runCli('train', ...args, '--model', 'gru', '--out', at('gru'), '--json'));
});

describe('analyze', () => {
  it('prints every figure as an estimate, and the same again from the same seed', async () => {
    const ask = ['analyze', at('run'), ...engine, '--rows', '6', '--seed', '3', '--json'];
    const found = await runCli(...ask);
    const result = json(found);
    expect(Object.keys(result).sort()).toEqual(
      ['regularizer', 'hessian', 'lyapunov', 'stability', 'margins', 'loss', 'count'].sort(),
    );
    expect(result).toMatchObject({
      regularizer: { P: estimate, Q: estimate, total: estimate, shift: estimate },
      hessian: {
        maxEigenvalue: estimate,
        minEigenvalue: estimate,
        trace: estimate,
        frobenius: estimate,
        density: { grid: expect.any(Array), value: expect.any(Array) },
      },
      lyapunov: {
        exponents: [estimate, estimate, estimate],
        perStep: [estimate, estimate, estimate],
        dimension: estimate,
      },
      stability: {
        bounds: { sdeMatrix: expect.any(Number), stepMatrix: expect.any(Number) },
        certified: expect.any(Boolean),
        sentence: expect.any(String),
      },
      margins: {
        linearised: { perSample: expect.any(Array) },
        certified: { perSample: expect.any(Array) },
        attack: { perSample: expect.any(Array) },
        tightness: expect.any(Object),
      },
      loss: expect.any(Number),
      count: 6,
    });
    expect(result.margins.attack.perSample.length).toBe(6);
    expect((await runCli(...ask)).stdout).toBe(found.stdout);
  });

  it('reads the test data unless told, and all of it when asked: the loss is that of evaluate', async () => {
    const own = json(await runCli('analyze', at('run'), '--stability', '--rows', 'all', ...engine, '--json'));
    expect(Object.keys(own).sort()).toEqual(['count', 'loss', 'stability']);
    const { clean } = json(await runCli('evaluate', at('run'), ...engine, '--json'));
    expect(own.count).toBe(20);
    expect(own.loss).toBeCloseTo(clean.loss, 12);
    const train = at('data', 'Tiny_TRAIN.tsv');
    const other = json(await runCli('analyze', at('run'), '--stability', '--data', train, ...engine, '--json'));
    expect(other.count).toBe(40);
  });

  it('asks single analyses for more or less: contributions, tensors, eigenvalues, exponents', async () => {
    const parts = ['--regularizer', '--hessian', '--lyapunov', '--contributions', '--tensors', 'M_W, U'];
    const ask = ['analyze', at('run'), ...parts, '--eigenvalues', '2', '--exponents', '1', '--rows', '3', ...engine];
    const { regularizer, hessian, lyapunov } = json(await runCli(...ask, '--json'));
    expect(regularizer.contributions.units[0]).toEqual([estimate, estimate, estimate]);
    expect(regularizer.contributions.steps.length).toBeGreaterThan(3);
    expect(hessian.parameters).toBe(9 + 3);
    expect(hessian.top.length).toBe(2);
    expect(lyapunov.exponents.length).toBe(1);
    const { stdout } = await runCli(...ask);
    expect(stdout).toMatch(/Steps whose noise carries most of P \+ Q\n( {2}step \d+ .*\n){5}/);
    expect(stdout).toMatch(/Units whose noise carries most of P \+ Q\n( {2}unit \d+ .*\n){3}/);
  });

  it('takes the noise mode to the exponents', async () => {
    const ask = (noise: string) => runCli('analyze', at('run'), '--lyapunov', '--noise', noise, ...engine, '--json');
    const [off, frozen] = [json(await ask('off')), json(await ask('frozen'))];
    expect(off.lyapunov.exponents[0].value).not.toBe(frozen.lyapunov.exponents[0].value);
  });

  it('says why a model has no figure', async () => {
    const ask = ['analyze', at('gru'), '--regularizer', '--margins', '--stability', '--rows', '3', ...engine];
    const result = json(await runCli(...ask, '--json'));
    expect(result.regularizer.total).toEqual({ value: null, reason: expect.stringContaining('no noise') });
    expect(result.margins.certified).toEqual({ value: null, reason: expect.any(String) });
    expect(result.stability).toMatchObject({ bounds: { stepMatrix: null }, reasons: { step: expect.any(String) } });
    const { stdout } = await runCli(...ask);
    expect(stdout).toMatch(/P \+ Q +none: the model has no noise/);
    expect(stdout).toMatch(/certified +none: /);
  });

  it('prints text for people', async () => {
    const { code, stdout } = await runCli('analyze', at('run'), '--rows', '4', ...engine);
    expect(code).toBe(0);
    for (const line of [
      /^mean loss, noise off: [\d.]+ over 4 rows/,
      / {2}P \+ Q +\S+/,
      /maxEigenvalue +\S+/,
      /Λ1 +\S+/,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toMatch(/undefined|NaN|\[object/);
  });

  it.each([
    [['--rows', '0'], 'expected a whole number, 1 or more'],
    [['--hessian', '--tensors', 'Z'], 'unknown tensor "Z"; the model has M_A'],
    [['--exponents', '0'], 'expected a whole number, 1 or more'],
    [['--seed', '-1'], 'expected a whole number, 0 or more'],
    [['--noise', 'loud'], 'Allowed choices are off, frozen, sampled'],
    [['--hesian'], 'Did you mean --hessian?'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await runCli('analyze', at('run'), ...args, ...engine);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
