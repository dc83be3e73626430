/**
 * 10,000 damaged files: never a hang, never an error that is no InputError, and never a damaged file read as if it were
 * whole. What "read as if whole" means depends on what a format can prove, and each property below says it.
 */

import fc from 'fast-check';
import { gzipSync, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { parseTable } from '../../src/data/formats/table.js';
import type { SequenceTable } from '../../src/data/index.js';
import { parseIdx } from '../../src/data/index.js';
import { InputError } from '../../src/errors.js';
import { readSafetensors, writeSafetensors } from '../../src/interop/safetensors.js';
import { checkConfiguration, settingNames } from '../../src/train/configuration.js';
import { readRunDocument } from '../../src/train/run-document.js';
import { parseYaml } from '../../src/train/yaml.js';
import { npzFile } from '../end-to-end/npz-file.js';
import { binaryMutation, type Mutation, textMutation, truncation } from './mutations.js';

const encode = (text: string) => new TextEncoder().encode(text);
const LONGEST_MILLISECONDS = 2000;
let files = 0;
let accepted = 0;

/** Undefined where the file was refused. */
async function attempt<Result>(read: () => Result | Promise<Result>): Promise<Result | undefined> {
  files += 1;
  const start = performance.now();
  try {
    const result = await read();
    accepted += 1;
    return result;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message.length).toBeLessThan(4000);
    return undefined;
  } finally {
    expect(performance.now() - start).toBeLessThan(LONGEST_MILLISECONDS);
  }
}

async function damage<Result>(
  valid: Uint8Array,
  mutations: fc.Arbitrary<Mutation>,
  runs: { readonly numRuns: number; readonly seed: number },
  read: (bytes: Uint8Array) => Result | Promise<Result>,
  check: (result: Result, bytes: Uint8Array) => void,
): Promise<void> {
  // Undamaged it is read.
  check(await read(valid), valid);
  await fc.assert(
    fc.asyncProperty(mutations, async (mutate) => {
      const bytes = mutate(valid);
      const result = await attempt(() => read(bytes));
      if (result !== undefined) check(result, bytes);
    }),
    { ...runs, endOnFailure: true },
  );
}

/** A table as a text says it, by the simplest reading there is; undefined for text that has no such reading. */
function plainReading(text: string): { names: string[]; rows: string[][] } | undefined {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const [names, ...rows] = lines.map((line) => line.split(',').map((field) => field.trim()));
  return names === undefined || rows.some((row) => row.length !== names.length) ? undefined : { names, rows };
}

const isNumber = (field: string) => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(field);

/** Every number of the text, and no other, is in the table. */
function holdsWhatItSays(table: SequenceTable, bytes: Uint8Array, answers: readonly string[]): void {
  const text = new TextDecoder().decode(bytes);
  expect(table.values.every(Number.isFinite)).toBe(true);
  // A quote, or another delimiter in the names, makes it a text that the simplest reading does not know.
  if (/["\t;]/.test(text)) return;
  const plain = plainReading(text);
  expect(plain, text).toBeDefined();
  const kept = plain!.names.map((name) => !answers.includes(name.toLowerCase()));
  const said = plain!.rows.flatMap((row) => row.filter((_, column) => kept[column]));
  expect(said.every(isNumber), text).toBe(true);
  const lasting = table.lengths
    ? [...table.lengths].flatMap((length, row) => [
        ...table.values.subarray(row * table.steps * table.channels, (row * table.steps + length) * table.channels),
      ])
    : [...table.values];
  const sorted = (numbers: number[]) => numbers.map((value) => value + 0).toSorted((a, b) => a - b);
  expect(sorted(lasting)).toEqual(sorted(said.map((field) => Math.fround(Number(field)))));
}

const wide = encode('x_1,x_2,x_3,y_1,y_2,y_3,label\n0.25,-1,3e-2,4,5,6,up\n7,8.5,9,10,11,12,down\n1,2,3,4,5,6,up\n');
const long = encode('id,time,x,y,label\n1,1,0.5,-2,up\n1,2,1.5,3,up\n1,3,2.5,4,up\n2,1,3.5,5,down\n2,2,4.5,6e1,down\n');
const ucr = encode('1\t0.5\t-2.25\t7\n2\t1e-3\t4\t8\n1\t7\t8\t9.5\n');

describe('text: what is read is exactly what the text says, and every line has as many fields', () => {
  it('wide CSV', () =>
    damage(
      wide,
      textMutation,
      { numRuns: 1500, seed: 1 },
      (bytes) => parseTable(bytes, 'a.csv', { format: 'csv' }),
      (table, bytes) =>
        holdsWhatItSays(table, bytes, [
          'label',
          'labels',
          'class',
          'category',
          'target',
          'id',
          'group',
          '',
          't',
          'time',
        ]),
    ));

  it('long CSV', () =>
    damage(
      long,
      textMutation,
      { numRuns: 1000, seed: 2 },
      (bytes) =>
        parseTable(bytes, 'a.csv', { format: 'csv', labelColumn: 'label', idColumn: 'id', timeColumn: 'time' }),
      (table, bytes) => holdsWhatItSays(table, bytes, ['label', 'id', 'time', '', 'group']),
    ));

  it('UCR', () =>
    damage(
      ucr,
      textMutation,
      { numRuns: 800, seed: 3 },
      (bytes) => parseTable(bytes, 'a.tsv', { format: 'ucr' }),
      (table) => {
        expect(table.values.length).toBe(table.rows * table.steps);
        expect(table.labels).toHaveLength(table.rows);
        expect(table.values.every(Number.isFinite)).toBe(true);
      },
    ));
});

describe('checksums: what is read is what was written', () => {
  const labels = [0, 1, 2, 1];
  const npz = npzFile([4, 5, 2], labels);
  const expected = parseTable(npz, 'a.npz');
  const same = async (table: SequenceTable) => expect(table).toEqual(await expected);

  it('npz', async () => {
    const whole = await expected;
    await damage(
      npz,
      binaryMutation,
      { numRuns: 1700, seed: 4 },
      (bytes) => parseTable(bytes, 'a.npz'),
      (table) => {
        expect(table).toEqual(whole);
      },
    );
    await same(whole);
  });

  it('gzipped text', async () => {
    const whole = await parseTable(wide, 'a.csv.gz');
    await damage(
      gzipSync(wide),
      binaryMutation,
      { numRuns: 600, seed: 5 },
      (bytes) => parseTable(bytes, 'a.csv.gz'),
      (table) => {
        expect(table).toEqual(whole);
      },
    );
  });

  it('zip bombs, and arrays that claim more than they hold', async () => {
    const zeros = new Uint8Array(2 ** 22);
    const claims = (shape: string) => {
      const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
      const bytes = encode(`.NUMPY..  ${header}\n1234`);
      bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
      return zipSync({ 'x.npy': bytes });
    };
    const shapes = fc.array(fc.constantFrom(0, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, 1e308), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const refused = await attempt(() =>
          parseTable(claims(`(${shape.map((extent) => BigInt(extent)).join(', ')},)`), 'a.npz'),
        );
        expect(refused).toBeUndefined();
      }),
      { numRuns: 200, seed: 6 },
    );
    // A thousandfold: unpacked, found to be no array, refused; nested, never unpacked further.
    const bomb = zipSync({ 'x.npy': zeros, 'y.npy': zipSync({ 'z.npy': zeros }) });
    expect(await attempt(() => parseTable(bomb, 'a.npz'))).toBeUndefined();
    expect(await attempt(() => parseTable(gzipSync(zeros), 'a.csv.gz'))).toBeUndefined();
    // The size that the trailer claims does not fit.
    const lying = gzipSync(wide);
    lying.set([255, 255, 255, 255], lying.length - 4);
    expect(await attempt(() => parseTable(lying, 'a.csv.gz'))).toBeUndefined();
  });
});

describe('declared sizes: a file that is longer or shorter than it says is refused', () => {
  it('IDX: the header is whole, and the values are the bytes that follow it', async () => {
    const images = new Uint8Array(16 + 3 * 16).map((_, index) => index * 7);
    images.set([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 4]);
    await damage(
      images,
      binaryMutation,
      { numRuns: 1300, seed: 7 },
      (bytes) => parseIdx(bytes, 'a-idx3', 3),
      ({ shape, values }, bytes) => {
        expect(bytes.subarray(0, 4)).toEqual(images.subarray(0, 4));
        expect(values.length).toBe(shape.reduce((product, extent) => product * extent, 1));
        expect(values).toEqual(bytes.subarray(16));
      },
    );
    await damage(
      gzipSync(images),
      binaryMutation,
      { numRuns: 500, seed: 8 },
      (bytes) => parseIdx(bytes, 'a-idx3.gz', 3),
      ({ values }) => {
        expect(values).toEqual(images.subarray(16));
      },
    );
  });

  it('safetensors: the tensors fill the file exactly, and writing them gives the same content', async () => {
    const tensor = (...values: number[]) => ({
      dtype: 'F32' as const,
      shape: [values.length],
      data: Float64Array.from(values),
    });
    const whole = writeSafetensors({ W: tensor(1, 2, 3, 4), b: tensor(-0.5, 0.25) }, { format: 'pt', note: 'x' });
    await damage(whole, binaryMutation, { numRuns: 1900, seed: 9 }, readSafetensors, ({ tensors, metadata }, bytes) => {
      const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      const widths = { F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, F16: 2, BF16: 2, I16: 2, U16: 2 } as const;
      const held = Object.values(tensors).reduce(
        (total, { dtype, data }) => total + data.length * ((widths as Record<string, number>)[dtype] ?? 1),
        0,
      );
      expect(8 + size + held).toBe(bytes.length);
      expect(Object.values(metadata).every((text) => typeof text === 'string')).toBe(true);
      for (const { shape, data } of Object.values(tensors))
        expect(data.length).toBe(shape.reduce((product, extent) => product * extent, 1));
    });
  });
});

describe('YAML: what is read is a configuration, all of it, that reads the same when written', () => {
  it('settings', () =>
    damage(
      encode(
        'data: ecg5000\nunits: 32\nnoise: "sde:add=0.1,mult=0.05"\nlr: 0.005\nclip: none\ngroups:\n  - "cell/*:lr=0.1"\nantithetic: true\n',
      ),
      textMutation,
      { numRuns: 600, seed: 10 },
      (bytes) => checkConfiguration(parseYaml(bytes, 'a.yaml') ?? {}, 'a.yaml'),
      (settings) => {
        expect(Object.keys(settings).every((name) => (settingNames as string[]).includes(name))).toBe(true);
        expect(checkConfiguration(JSON.parse(JSON.stringify(settings)), 'again')).toEqual(settings);
      },
    ));

  it('the configuration of a run', () => {
    const settings = {
      ...{
        data: 'heartbeats',
        model: 'noisy',
        units: 8,
        layers: 1,
        noise: 'none',
        antithetic: false,
        regularizer: 'none',
      },
      ...{
        step: 'fixed',
        delta: 0.1,
        solver: 'euler',
        readout: 'last',
        normalisation: 'auto',
        epochs: 1,
        batchSize: 8,
      },
      ...{
        lr: 0.1,
        optimizer: 'adam',
        weightDecay: 0,
        schedule: 'constant',
        groups: [],
        clip: 1,
        selection: 'accuracy',
      },
      ...{ seed: 1, engine: 'auto', threads: 'auto' },
    };
    const preprocessing = {
      ...{ normalisation: 'standard', steps: 5, channels: 1, mean: [0.5], scale: [2], classes: ['a', 'b'] },
      ...{ minimum: -1, maximum: 3 },
    };
    const document = { format: 'noisy-rnn/run', version: 1, origin: 'trained', settings, preprocessing };
    return damage(
      encode(JSON.stringify(document, null, 1)),
      textMutation,
      { numRuns: 400, seed: 11 },
      (bytes) => readRunDocument(parseYaml(bytes, 'config.yaml'), 'config.yaml'),
      (read) => {
        expect(readRunDocument(JSON.parse(JSON.stringify(read)), 'again')).toEqual(read);
        // Nothing that a run needs went missing.
        expect(Object.keys(read.settings)).toEqual(expect.arrayContaining(Object.keys(settings)));
        expect(Object.keys(read.preprocessing)).toEqual(expect.arrayContaining(Object.keys(preprocessing)));
      },
    );
  });

  it('refuses an alias bomb at once', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
    );
    const bomb = encode(`l0: &l0 [x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}\n`);
    expect(await attempt(() => checkConfiguration(parseYaml(bomb, 'a.yaml'), 'a.yaml'))).toBeUndefined();
  });
});

it('were 10,000, most of them refused, and not all: both sides of the properties were tried', () => {
  expect(files).toBeGreaterThanOrEqual(10_000);
  expect(accepted).toBeGreaterThan(500);
  expect(accepted).toBeLessThan(files / 2);
});

describe('beyond the 10,000', () => {
  const lines = '1,2,3:10,20,30:up\n4,5,?:40,50,60:down\n';
  const ts = encode(
    `@problemName P\n@timeStamps false\n@dimensions 2\n@equalLength true\n@seriesLength 3\n@classLabel true up down\n@data\n${lines}`,
  );
  const arff = encode(
    "@relation P\n@attribute bag relational\n@attribute a numeric\n@attribute b numeric\n@end bag\n@attribute class {up,down}\n@data\n'1,2\\n3,4',up\n'5,6\\n7,8',down\n",
  );
  const parquet = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'x_1', data: [1, 2, 3], type: 'DOUBLE' },
        { name: 'x_2', data: [4, 5, 6], type: 'DOUBLE' },
        { name: 'label', data: ['up', 'down', 'up'], type: 'STRING' },
      ],
    }),
  );

  it.each([
    ['a.ts', ts, textMutation],
    ['a.arff', arff, textMutation],
    // Parquet's reader trusts the sizes in page headers, and may take long over a damaged one: only cuts are tried.
    ['a.parquet', parquet, truncation],
  ] as const)('%s: a table of finite numbers, or an InputError', (name, whole, mutations) =>
    damage(
      whole,
      mutations,
      { numRuns: 500, seed: 12 },
      (bytes) => parseTable(bytes, name, { missing: 'previous' }),
      (table) => {
        expect(table.values.length).toBe(table.rows * table.steps * table.channels);
        expect(table.values.every(Number.isFinite)).toBe(true);
      },
    ),
  );
});
