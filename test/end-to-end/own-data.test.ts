/** A person's own files, in every format, from description to predictions through the command line. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { createGenerator } from '../../src/random/index.js';
import { npzFile } from './npz-file.js';
import { runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const quick = ['--model', 'gru', '--engine', 'reference', '--units', '4', '--epochs', '6', '--lr', '0.05'];

/** Two channels; the second rises in one class and falls in the other. Lengths differ if asked for. */
interface Row {
  readonly label: string;
  readonly patient: string;
  readonly steps: readonly (readonly [number, number])[];
}

function rowsOf(count: number, seed: number, varying = false): Row[] {
  const generator = createGenerator(seed, 'own data');
  return Array.from({ length: count }, (_, row) => {
    const length = varying ? 5 + generator.integer(5) : 8;
    const slope = row % 2 === 0 ? 1 : -1;
    const steps = Array.from({ length }, (_unused, step): [number, number] => [
      Number(generator.normal().toFixed(3)),
      Number((slope * (step / length) + 0.1 * generator.normal()).toFixed(3)),
    ]);
    return { label: row % 2 === 0 ? 'up' : 'down', patient: `p${row % 6}`, steps };
  });
}

const wide = (rows: readonly Row[], labelled = true) => {
  const numbers = rows[0]!.steps.map((_, step) => step + 1);
  const names = [...numbers.map((step) => `x_${step}`), ...numbers.map((step) => `y_${step}`), 'patient'];
  const lines = rows.map(({ label, patient, steps }) =>
    [...steps.map(([x]) => x), ...steps.map(([, y]) => y), patient, ...(labelled ? [label] : [])].join(','),
  );
  return `${[...names, ...(labelled ? ['label'] : [])].join(',')}\n${lines.join('\n')}\n`;
};

const long = (rows: readonly Row[]) =>
  `id,time,x,y,label\n${rows
    .flatMap(({ label, steps }, id) => steps.map(([x, y], time) => `${id},${time},${x},${y},${label}`))
    .join('\n')}\n`;

const ts = (rows: readonly Row[]) =>
  `@problemName Own\n@timeStamps false\n@univariate false\n@dimensions 2\n@equalLength false\n@classLabel true up down\n@data\n${rows
    .map(({ label, steps }) => `${steps.map(([x]) => x).join(',')}:${steps.map(([, y]) => y).join(',')}:${label}`)
    .join('\n')}\n`;

const arff = (rows: readonly Row[]) => {
  const length = rows[0]!.steps.length;
  const attributes = Array.from({ length }, (_, step) => `@attribute att${step} numeric`).join('\n');
  const head = `@relation Own\n@attribute bag relational\n${attributes}\n@end bag\n@attribute class {up,down}\n@data`;
  return `${head}\n${rows
    .map(({ label, steps }) => `'${steps.map(([x]) => x).join(',')}\\n${steps.map(([, y]) => y).join(',')}',${label}`)
    .join('\n')}\n`;
};

const parquet = (rows: readonly Row[]) => {
  const flat = rows.flatMap(({ label, steps }, id) => steps.map(([x, y], time) => ({ id, time, x, y, label })));
  const column = (name: 'x' | 'y', type: 'DOUBLE') => ({ name, data: flat.map((row) => row[name]), type });
  const columnData = [
    { name: 'id', data: flat.map(({ id }) => id), type: 'INT32' as const },
    { name: 'time', data: flat.map(({ time }) => time), type: 'INT32' as const },
    column('x', 'DOUBLE'),
    column('y', 'DOUBLE'),
    { name: 'label', data: flat.map(({ label }) => label), type: 'STRING' as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
};

function writeParts(
  name: string,
  ending: string,
  write: (rows: Row[]) => string | Uint8Array,
  varying = false,
): string {
  mkdirSync(at(name));
  for (const [index, part] of ['TRAIN', 'VALIDATION', 'TEST'].entries()) {
    const content = write(rowsOf(index === 0 ? 36 : 12, index + 1, varying));
    writeFileSync(at(name, `Own_${part}.${ending}`), ending.endsWith('.gz') ? gzipSync(content) : content);
  }
  return at(name);
}

async function run(...args: string[]) {
  const result = await runCli(...args, '--json');
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return JSON.parse(result.stdout);
}

describe('data of every format', () => {
  it.each([
    ['wide CSV', 'csv', wide, false],
    ['wide CSV, gzipped', 'csv.gz', wide, false],
    ['long CSV of different lengths', 'csv', long, true],
    ['.ts of different lengths', 'ts', ts, true],
    ['.arff', 'arff', arff, false],
    ['Parquet of different lengths', 'parquet', parquet, true],
  ] as const)('%s: described, trained, evaluated, predicted', async (what, ending, write, varying) => {
    const data = writeParts(what.replaceAll(/\W/g, ''), ending, write, varying);
    const described = await run('data', data);
    expect(described).toMatchObject({
      train: { rows: 36, labels: { up: 18, down: 18 }, missing: { values: 0 } },
      test: { rows: 12 },
      command: `noisy-rnn train --data ${data}`,
    });
    expect(described.train.channels).toHaveLength(2);
    expect(described.train.lengths.shortest < described.train.lengths.longest).toBe(varying);
    const out = `${data}-run`;
    const trained = await run('train', '--data', data, ...quick, '--out', out);
    expect(trained.test.count).toBe(12);
    expect(trained.test.accuracy).toBeGreaterThan(0.8);
    const evaluated = await run('evaluate', out, '--engine', 'reference');
    expect(evaluated.clean.value ?? evaluated.clean.accuracy).toBeGreaterThan(0.8);
    const predicted = await run('predict', out, '--input', join(data, `Own_TEST.${ending}`), '--engine', 'reference');
    expect(
      predicted.labels.filter((label: string, row: number) => label === (row % 2 ? 'down' : 'up')).length,
    ).toBeGreaterThan(9);
  });

  it('.ts of different lengths: each row gets what it gets alone', async () => {
    const rows = rowsOf(5, 7, true);
    writeFileSync(at('together.ts'), ts(rows));
    const out = `${at('tsofdifferentlengths')}-run`;
    const predict = (file: string) => run('predict', out, '--input', file, '--engine', 'reference');
    const together = await predict(at('together.ts'));
    for (const [index, row] of rows.entries()) {
      writeFileSync(at('alone.ts'), ts([row]));
      expect((await predict(at('alone.ts'))).logits).toEqual([together.logits[index]]);
    }
  });

  it('a folder a class, and a list of files', async () => {
    const rows = rowsOf(48, 4, true);
    for (const part of ['train', 'test'])
      for (const [index, { label, steps }] of rows.entries()) {
        mkdirSync(at('folders', part, label), { recursive: true });
        writeFileSync(
          at('folders', part, label, `${index}.csv`),
          `x,y\n${steps.map((step) => step.join(',')).join('\n')}\n`,
        );
      }
    const list = rows.map(({ label, patient }, index) => `train/${label}/${index}.csv,${label},${patient}`);
    writeFileSync(at('folders', 'list.csv'), `file,label,patient\n${list.join('\n')}\n`);
    const described = await run('data', at('folders'));
    expect(described).toMatchObject({
      source: 'folders',
      train: { rows: 48, labels: { up: 24, down: 24 } },
      test: { rows: 48 },
    });
    expect(await run('data', at('folders', 'list.csv'))).toMatchObject({ train: { rows: 48, groups: 6 } });
    const trained = await run('train', '--data', at('folders'), ...quick, '--out', at('folders-run'));
    expect(trained.test.accuracy).toBeGreaterThan(0.8);
    const single = ['--data', at('folders', 'list.csv'), '--out', at('untested-run')];
    expect((await run('train', ...quick, '--epochs', '1', ...single)).test).toBeNull();
    // The training rows are not scored in the place of test rows.
    expect((await runCli('evaluate', at('untested-run'))).stderr).toMatch(/its data have no test part/);
    const own = ['--data', at('folders', 'list.csv'), '--split', 'group:validation=0.2,test=0.2'];
    expect(await run('train', ...own, ...quick, '--out', at('list-run'))).toMatchObject({ test: { count: 8 } });
  });

  it('one file: by group, by fraction, missing values filled, and rows without labels predicted', async () => {
    const rows = rowsOf(36, 5);
    const gaps = wide(rows).replace(/^(x_1.*\n)[^,]*,/, '$1NA,');
    writeFileSync(at('one.csv'), gaps);
    writeFileSync(at('unlabelled.csv'), wide(rowsOf(12, 6), false));
    const described = await run('data', at('one.csv'));
    expect(described.train).toMatchObject({ groups: 6, missing: { values: 1, rows: 1 } });
    expect(described.command).toBe(`noisy-rnn train --data ${at('one.csv')} --missing linear`);
    const data = ['--data', at('one.csv'), ...quick];
    const refused = await runCli('train', ...data, '--out', at('refused'));
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toMatch(/one\.csv: row 1, step 1, channel 1 is NaN.*--missing/);
    for (const missing of ['mean', 'previous', 'linear', 'value=0']) {
      const out = at(`one-${missing}`);
      const split = ['--split', 'group:validation=0.2,test=0.3', '--normalisation', 'minmax'];
      const trained = await run('train', ...data, '--missing', missing, ...split, '--out', out);
      expect(trained.test.count).toBe(12);
      const config = readFileSync(join(out, 'config.yaml'), 'utf8');
      expect(config).toContain(`missing: ${missing}`);
      // The same rows are scored afterwards.
      const evaluated = await run('evaluate', out, '--engine', 'reference');
      expect(evaluated.clean.count).toBe(12);
      expect(evaluated.clean.loss).toBeCloseTo(trained.test.loss, 9);
      const predicted = await run('predict', out, '--input', at('unlabelled.csv'), '--engine', 'reference');
      expect(predicted.labels).toHaveLength(12);
    }
  });

  it('three paths, and the keys of a NumPy archive', async () => {
    writeFileSync(
      at('a.npz'),
      npzFile(
        [20, 6, 2],
        Array.from({ length: 20 }, (_, row) => row % 2),
      ),
    );
    writeFileSync(
      at('b.npz'),
      npzFile(
        [10, 6, 2],
        Array.from({ length: 10 }, (_, row) => row % 2),
      ),
    );
    const paths = ['--data', at('a.npz'), '--validation-data', at('b.npz'), '--test-data', at('b.npz')];
    const trained = await run('train', ...paths, ...quick, '--label-column', 'y', '--out', at('paths-run'));
    expect(trained.test.count).toBe(10);
    expect(trained.test.loss).toBeCloseTo(trained.validation.loss, 9);
    expect((await run('evaluate', at('paths-run'), '--engine', 'reference')).clean.count).toBe(10);
    const absent = await runCli('train', ...paths, '--label-column', 'z', '--out', at('no'));
    expect(absent.stderr).toMatch(/a\.npz: has no array 'z' \(it has x\.npy, y\.npy\)/);
    const contradiction = await runCli('train', ...paths, '--split', 'fraction', '--out', at('no'));
    expect(contradiction.stderr).toMatch(/has validation data of its own/);
  });
});
