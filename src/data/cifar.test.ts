import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from '../platform/memory-files.js';
import { type CifarName, cifarTable } from './cifar.js';
import { loadScored, loadSplits, loadTest } from './load.js';

/** Records of the binary version: the class, then 1,024 values of red, of green, of blue. */
function records(...classes: number[]): Uint8Array {
  return Uint8Array.from(
    classes.flatMap((label, row) => [label, ...Array.from({ length: 3072 }, (_, index) => (index + 7 * row) % 256)]),
  );
}
const byte = (row: number, colour: number, pixel: number) => (1024 * colour + pixel + 7 * row) % 256;
const table = (view: CifarName, ...classes: number[]) =>
  cifarTable(view, [{ name: 'x/data_batch_1.bin', bytes: records(...classes) }]);

/** `toEqual` takes seconds for arrays this long. */
const same = (a: Float32Array, b: Float32Array) =>
  a.length === b.length && a.every((value, index) => value === b[index]);

async function filesOf(contents: Record<string, Uint8Array>) {
  const files = createMemoryFiles();
  for (const [path, bytes] of Object.entries(contents)) {
    await files.makeFolder(path.slice(0, path.lastIndexOf('/')));
    await files.write(path, bytes);
  }
  return files;
}

describe('CIFAR-10', () => {
  it('reads pixels with their three colours together, row by row', () => {
    const { rows, steps, channels, values, labels } = table('cifar10', 3, 9);
    expect({ rows, steps, channels, labels }).toEqual({ rows: 2, steps: 1024, channels: 3, labels: ['cat', 'truck'] });
    for (const [pixel, colour] of [
      [0, 0],
      [5, 2],
      [1023, 1],
    ] as const)
      expect(values[3 * 1024 + pixel * 3 + colour]).toBe(Math.fround(byte(1, colour, pixel) / 255));
    const byRows = table('cifar10-rows', 3, 9);
    expect(byRows).toMatchObject({ steps: 32, channels: 96 });
    expect(byRows.values).toEqual(values);
  });

  it('pads with white noise of each image’s own, the same every time', () => {
    const { steps, ...padded } = table('cifar10-padded', 0, 0);
    const values = Float32Array.from(padded.values);
    const other = Float32Array.from(table('cifar10', 0).values);
    expect(steps).toBe(1000);
    expect(same(values.subarray(0, 3072), other)).toBe(true);
    const [first, second] = [values.subarray(3072, 96_000), values.subarray(96_000 + 3072)];
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
    const square = first.reduce((sum, value) => sum + value ** 2, 0) / first.length;
    // Five standard errors of 92,928 draws: false alarms below 1e-6.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(first.length));
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / first.length));
    expect(first.some((value, index) => value === second[index]!)).toBe(false);
    expect(same(Float32Array.from(table('cifar10-padded', 0, 0).values), values)).toBe(true);
  });

  it('refuses files that are none, and more than fits into memory', () => {
    expect(() => cifarTable('cifar10', [{ name: 'f', bytes: records(1).subarray(1) }])).toThrow(
      /3072 bytes, no whole number/,
    );
    expect(() => table('cifar10', 10)).toThrow(/image 1 has class 10; expected 0 to 9/);
    const large = { name: 'f', bytes: new Uint8Array(3073 * 50_000) };
    expect(() => cifarTable('cifar10-padded', [large])).toThrow(/take 19.2 GB, more than 8; give a folder with fewer/);
  });

  it('finds the files of a folder: all training batches together, the test batch apart', async () => {
    const files = await filesOf({
      'd/cifar10/data_batch_2.bin': records(2, 2),
      'd/cifar10/data_batch_1.bin': records(...Array.from({ length: 18 }, (_, index) => index % 2)),
      'd/cifar10/test_batch.bin': records(5),
    });
    const request = { name: 'cifar10-rows', files, dataDir: 'd' };
    const { train, validation } = await loadSplits({ ...request, seed: 1 });
    expect(train.rows + validation.rows).toBe(20);
    expect((await loadTest(request))!.labels).toEqual(['dog']);
    const scored = await loadScored({ ...request, file: 'd/cifar10/data_batch_2.bin' });
    expect(scored).toMatchObject({ rows: 2, steps: 32, labels: ['bird', 'bird'] });
    await expect(
      loadSplits({ name: 'cifar10', files: await filesOf({ 'e/x': records(1) }), dataDir: 'e', seed: 1 }),
    ).rejects.toThrow(/no training file for 'cifar10'; expected data_batch_1.bin/);
  });
});
