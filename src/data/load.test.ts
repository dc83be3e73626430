import { existsSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { nodeFiles } from '../platform/node-files.js';
import { loadScored, loadSplits, loadTest } from './load.js';

/** Files in memory that record what is read. */
function inMemory(contents: Record<string, string | Uint8Array>): Files & { reads: string[] } {
  const reads: string[] = [];
  const paths = Object.keys(contents);
  const refuse = () => Promise.reject(new Error('read only'));
  return {
    reads,
    join: (...parts) => parts.join('/'),
    baseName: (path) => path.split('/').at(-1)!,
    kind: async (path) =>
      path in contents ? 'file' : paths.some((other) => other.startsWith(`${path}/`)) ? 'folder' : 'missing',
    list: async (folder) => [
      ...new Set(
        paths
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split('/')[0]!),
      ),
    ],
    read: async (path) => {
      reads.push(path);
      const content = contents[path]!;
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    makeFolder: refuse,
    write: refuse,
    append: refuse,
    remove: refuse,
  };
}

const lines = (count: number) => Array.from({ length: count }, (_, row) => `${1 + (row % 2)}\t${row}\t0\n`).join('');
const idx = (magic: number, shape: number[], values: Uint8Array) => {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, magic);
  shape.forEach((extent, index) => {
    header.setUint32(4 + 4 * index, extent);
  });
  return Uint8Array.of(...new Uint8Array(header.buffer), ...values);
};

describe('loadSplits', () => {
  it('reads training and validation files and leaves the test file alone', async () => {
    const files = inMemory({
      'd/ECG5000_TRAIN.tsv': lines(6),
      'd/ECG5000_VALIDATION.tsv': lines(4),
      'd/ECG5000_TEST.tsv': lines(2),
    });
    const splits = await loadSplits({ name: 'ecg5000', dataDir: 'd', files, seed: 1 });
    expect([splits.train.rows, splits.validation.rows, splits.normalisation]).toEqual([6, 4, 'standard']);
    expect(files.reads).toEqual(['d/ECG5000_TRAIN.tsv', 'd/ECG5000_VALIDATION.tsv']);
    expect((await loadTest({ name: 'ecg5000', dataDir: 'd', files }))?.rows).toBe(2);
  });

  it('holds out a part of the training data where there is no validation file, and limits what is left', async () => {
    const files = inMemory({ 'd/Coffee_TRAIN.txt': lines(50) });
    for (const name of ['ucr', 'd', 'd/Coffee_TRAIN.txt']) {
      const { train, validation } = await loadSplits({ name, dataDir: 'd', files, seed: 1, limitTrain: 8 });
      expect([train.rows, validation.rows]).toEqual([8, 10]);
      expect(train.labels!.filter((label) => label === '1')).toHaveLength(4);
      const overlap = [...train.values].filter((value, index) => index % 2 === 0 && validation.values.includes(value));
      expect(overlap.filter((value) => value !== 0)).toEqual([]);
    }
    expect(await loadTest({ name: 'ucr', dataDir: 'd', files })).toBeNull();
  });

  it('finds the folder of the source in a folder of several', async () => {
    const files = inMemory({ 'all/ECG5000/ECG5000_TRAIN.tsv': lines(10), 'all/other.md': '' });
    expect((await loadSplits({ name: 'ecg5000', dataDir: 'all', files, seed: 1 })).train.rows).toBe(8);
  });

  it('makes the built-in heartbeats without any file, the same for every seed', async () => {
    const first = await loadSplits({ name: 'heartbeats', files: inMemory({}), seed: 1 });
    expect([first.train.rows, first.validation.rows]).toEqual([600, 300]);
    expect(await loadSplits({ name: 'heartbeats', files: inMemory({}), seed: 2 })).toEqual(first);
  });

  it.each([
    ['an unknown name', { name: 'ecg' }, /unknown data 'ecg'.*heartbeats, ecg5000, ucr, mnist/],
    ['no folder', { name: 'ecg5000' }, /--data-dir/],
    ['a missing folder', { name: 'ecg5000', dataDir: 'nowhere' }, /nowhere is missing/],
    ['a file for a folder', { name: 'ecg5000', dataDir: 'd/A_TRAIN.tsv' }, /is a file; expected the folder/],
    [
      'a folder without the file',
      { name: 'mnist', dataDir: 'd' },
      /d has no training file for 'mnist'; expected train-im/,
    ],
    [
      'two data sets in a folder',
      { name: 'ucr', dataDir: 'd' },
      /holds 2 training files \(A_TRAIN\.tsv, B_TRAIN\.tsv\)/,
    ],
    ['an unknown format', { name: 'e/notes.md' }, /cannot tell its format/],
    ['a folder of something else', { name: 'e' }, /holds no data that is known/],
  ])('refuses %s', async (_what, request, message) => {
    const files = inMemory({ 'd/A_TRAIN.tsv': lines(4), 'd/B_TRAIN.tsv': lines(4), 'e/notes.md': '' });
    const loading = loadSplits({ ...request, files, seed: 1 });
    await expect(loading).rejects.toThrow(InputError);
    await expect(loading).rejects.toThrow(message);
  });
});

describe('loadScored', () => {
  it('reads the test file alone, from a folder that has nothing else', async () => {
    const files = inMemory({ 'd/A_TEST.tsv': lines(3) });
    for (const name of ['ucr', 'd', 'd/A_TEST.tsv']) {
      files.reads.length = 0;
      expect((await loadScored({ name, dataDir: 'd', files })).rows).toBe(3);
      expect(files.reads).toEqual(['d/A_TEST.tsv']);
    }
  });

  it('reads one file by its format, whatever the source', async () => {
    const files = inMemory({ 'a.csv': '1,2,3\n', 'b.npz': zipSync({ 'z.npy': new Uint8Array() }) });
    expect((await loadScored({ name: 'heartbeats', file: 'a.csv', files })).steps).toBe(2);
    await expect(loadScored({ name: 'ucr', file: 'b.npz', files })).rejects.toThrow(/has no array 'x'/);
  });

  it('reads images as the source says, with the labels beside them if there are any', async () => {
    const images = idx(0x0803, [2, 28, 28], new Uint8Array(2 * 784));
    const files = inMemory({
      'x/t10k-images-idx3-ubyte': images,
      'x/t10k-labels-idx1-ubyte': idx(0x0801, [2], Uint8Array.of(3, 5)),
      'my-images.idx3-ubyte': images,
    });
    const scored = await loadScored({ name: 'mnist-196', file: 'x/t10k-images-idx3-ubyte', files });
    expect(scored).toMatchObject({ steps: 196, labels: ['3', '5'] });
    expect(await loadScored({ name: 'my-images.idx3-ubyte', files })).toMatchObject({ steps: 784, labels: null });
    expect((await loadScored({ name: 'x', files })).rows).toBe(2);
  });

  it('says so if there is nothing to score', async () => {
    const files = inMemory({ 'd/A_TRAIN.tsv': lines(3) });
    await expect(loadScored({ name: 'ucr', dataDir: 'd', files })).rejects.toThrow(/'ucr' has no test file in d/);
  });
});

const real = '../shared/data';
describe.skipIf(!existsSync(real))('real files (skipped where ../shared/data is absent)', () => {
  it('reads ECG5000', async () => {
    const request = { name: 'ecg5000', dataDir: real, files: nodeFiles, seed: 1 };
    const { train, validation } = await loadSplits(request);
    const test = await loadTest(request);
    expect([train.rows, validation.rows, test?.rows]).toEqual([500, 500, 2000]);
    expect(train.steps).toBe(140);
    expect(train.values[0]).toBe(Math.fround(-0.112522));
    expect(train.labels!.filter((label) => label === '1')).toHaveLength(292);
  });

  it('reads MNIST and holds out a tenth', async () => {
    const { train, validation } = await loadSplits({ name: 'mnist-rows', dataDir: real, files: nodeFiles, seed: 1 });
    expect([train.rows, validation.rows]).toEqual([9000, 1000]);
  });
});
