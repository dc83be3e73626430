import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { parseIdx } from './idx.js';
import { mnistTable, mnistViews } from './mnist.js';

/** An IDX file of unsigned bytes. */
function idx(shape: number[], values: ArrayLike<number>): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((extent, index) => {
    header.setUint32(4 + 4 * index, extent);
  });
  return Uint8Array.of(...new Uint8Array(header.buffer), ...Array.from(values));
}

describe('parseIdx', () => {
  const file = idx([2, 2, 1], [1, 2, 3, 4]);

  it('reads images and labels, gzipped or not', () => {
    expect(parseIdx(file, 'f', 3)).toEqual({ shape: [2, 2, 1], values: Uint8Array.of(1, 2, 3, 4) });
    expect(parseIdx(gzipSync(file), 'f', 3)).toEqual(parseIdx(file, 'f', 3));
    expect(parseIdx(idx([3], [7, 8, 9]), 'f', 1).values).toEqual(Uint8Array.of(7, 8, 9));
  });

  it('refuses other formats and lengths, saying what was expected', () => {
    expect(() => parseIdx(file, 'f', 1)).toThrow(/f: starts with 0x00000803; expected 0x00000801/);
    expect(() => parseIdx(file.subarray(0, 18), 'f', 3)).toThrow(
      /2 × 2 × 1 values, 20 bytes in all, but the file has 18/,
    );
    expect(() => parseIdx(Uint8Array.of(...file, 0), 'f', 3)).toThrow(
      /20 bytes in all, but the file has 21; it is too long/,
    );
    expect(() => parseIdx(file.subarray(0, 9), 'f', 3)).toThrow(/has 9 bytes, but an IDX header alone takes 16/);
    expect(() => parseIdx(idx([2 ** 32 - 1, 28, 28], []), 'f', 3)).toThrow(/cut short/);
  });

  it('never takes a damaged gzip file for a whole one', () => {
    const whole = parseIdx(file, 'f', 3);
    const zipped = gzipSync(file, { mtime: 0 });
    fc.assert(
      fc.property(fc.nat(zipped.length - 1), fc.nat(255), fc.nat(zipped.length), (at, byte, length) => {
        const damaged = zipped.slice(0, length);
        if (at < length) damaged[at] = byte;
        try {
          // Bytes that carry no data (time, system) may change.
          expect(parseIdx(damaged, 'f', 3)).toEqual(whole);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('MNIST views', () => {
  const pixels = Uint8Array.from({ length: 784 }, (_, index) => index % 256);
  const images = { shape: [1, 28, 28], values: pixels };
  const values = (view: keyof typeof mnistViews) => mnistTable(mnistViews[view], images, null, 'f').values;

  it('reads pixels one by one and row by row as the same numbers in [0, 1]', () => {
    expect(values('mnist')).toEqual(Float32Array.from(pixels, (pixel) => pixel / 255));
    expect(values('mnist-rows')).toEqual(values('mnist'));
    expect(mnistTable(mnistViews['mnist-rows'], images, null, 'f')).toMatchObject({ steps: 28, channels: 28 });
  });

  it('averages 2 × 2 pixels', () => {
    const averaged = values('mnist-196');
    expect(averaged).toHaveLength(196);
    expect(averaged[0]).toBe(Math.fround((0 + 1 + 28 + 29) / 4 / 255));
    const corner = 2 * 28 * 3 + 2 * 5; // row 3, column 5 of the 14 × 14 averages
    const expected = [corner, corner + 1, corner + 28, corner + 29].reduce((sum, index) => sum + (index % 256), 0);
    expect(averaged[3 * 14 + 5]).toBe(Math.fround(expected / 4 / 255));
  });

  it('permutes as torch.manual_seed(12008); torch.randperm(784) of PyTorch 1.13: step t shows pixel permutation[t]', () => {
    const permuted = values('pmnist');
    [91, 97, 471, 426, 157, 451, 312, 198, 117, 454, 357, 608].forEach((pixel, step) => {
      expect(permuted[step]).toBe(Math.fround((pixel % 256) / 255));
    });
    expect(permuted[783]).toBe(Math.fround((267 % 256) / 255));
    expect(permuted.toSorted()).toEqual(values('mnist').toSorted());
  });

  it('refuses images of another size, and labels of another number', () => {
    expect(() => mnistTable(mnistViews.mnist, { shape: [1, 2, 2], values: pixels }, null, 'f')).toThrow(/2 × 2 pixels/);
    const labels = { shape: [2], values: Uint8Array.of(1, 2) };
    expect(() => mnistTable(mnistViews.mnist, images, labels, 'f')).toThrow(/1 images, but .* has 2 labels/);
  });
});

const folder = '../shared/data/mnist';
describe.skipIf(!existsSync(folder))('MNIST itself (skipped where ../shared/data/mnist is absent)', () => {
  it('reads the counts from the header', () => {
    const images = parseIdx(readFileSync(`${folder}/t10k-images-idx3-ubyte.gz`), 'images', 3);
    const labels = parseIdx(readFileSync(`${folder}/t10k-labels-idx1-ubyte.gz`), 'labels', 1);
    const table = mnistTable(mnistViews['mnist-196'], images, labels, 'images');
    expect(table).toMatchObject({ rows: 5000, steps: 196, channels: 1 });
    // The first digits of MNIST's test images; the mean of this file's pixels by NumPy.
    expect(table.labels!.slice(0, 10).join('')).toBe('7210414959');
    const mean = Float32Array.from(table.values).reduce((sum, value) => sum + value, 0) / table.values.length;
    expect(mean).toBeCloseTo(0.12209818, 6);
  });
});
