/** Runs and exported files of before runs kept a schema: they read, predict and score as they did. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../src/node.js';
import { runCli, temporaryFolder } from '../end-to-end/run-cli.js';

const fixtures = join(import.meta.dirname, '../fixtures/before-schema');
const folder = temporaryFolder();
cpSync(fixtures, folder, { recursive: true });
const at = (...parts: string[]) => join(folder, ...parts);
const names = ['wide', 'indices', 'archive', 'long', 'folders'] as const;
for (const name of names) {
  const config = at('runs', name, 'config.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll('FIXTURES', folder));
}

interface Scored {
  readonly count: number;
  readonly accuracy: number;
  readonly loss: number;
}
type Expected = Record<
  (typeof names)[number],
  {
    readonly predict: { readonly labels: string[]; readonly logits: number[][] } | null;
    readonly evaluate: Scored | null;
    readonly own: Scored | null;
  }
>;
const expected = JSON.parse(readFileSync(at('expected.json'), 'utf8')) as Expected;
const inputs = {
  ...{ wide: 'wide-score.csv', indices: 'indices-score.npz', archive: 'archive/Old_TEST.txt' },
  ...{ long: 'long-score.csv', folders: 'folders-score' },
};

async function run(...args: string[]) {
  const result = await runCli(...args, '--engine', 'reference', '--json');
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return JSON.parse(result.stdout);
}

describe.each(names)('%s', (name) => {
  const { predict, evaluate, own } = expected[name];

  it.skipIf(predict === null)('predicts the very numbers', async () => {
    const predicted = await run('predict', at('runs', name), '--input', at(inputs[name]));
    expect(predicted.logits).toEqual(predict!.logits);
    expect(predicted.labels).toEqual(predict!.labels);
  });

  it.skipIf(evaluate === null)('scores a file alike', async () => {
    const { clean } = await run('evaluate', at('runs', name), '--data', at(inputs[name]));
    expect(clean).toMatchObject(evaluate!);
  });

  it.skipIf(own === null)('scores its own held-out rows alike', async () => {
    const { clean } = await run('evaluate', at('runs', name));
    expect(clean).toMatchObject(own!);
  });
});

it('exported files predict alike', async () => {
  for (const name of ['wide', 'long'] as const) {
    const model = await loadRun(at('runs', `${name}.safetensors`), { engine: 'reference' });
    expect(model.classes.length).toBe(2);
    await model.close();
  }
});
