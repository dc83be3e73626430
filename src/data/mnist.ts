/** Images of 28 × 28 pixels in MNIST's format as sequences. Pixels are in [0, 1]. */
import { InputError } from '../errors.js';
import { torchRandperm } from '../random/index.js';
import type { SequenceTable } from './dataset.js';
import type { IdxArray } from './idx.js';
import { checkedTable } from './table.js';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const BRIGHTEST = 255;

/** The seed of the published permuted-MNIST experiments. */
export const PERMUTATION_SEED = 12008;

/** A way to read an image as a sequence. */
export interface MnistView {
  readonly steps: number;
  readonly channels: number;
  readonly description: string;
  /** Pixels a side of the square that the sequence is, read row by row; none where their order is another. */
  readonly side?: number;
  /** Writes steps × channels values in [0, 1] from 28 × 28 pixels in 0…255, both row by row. */
  readonly convert: (pixels: Uint8Array, sequence: Float32Array) => void;
}

const permutation = torchRandperm(PIXELS, PERMUTATION_SEED);

/** The ways to read an image, whatever it shows. */
const ways = {
  pixels: {
    steps: PIXELS,
    channels: 1,
    reads: 'one pixel a step (784 steps)',
    side: SIDE,
    convert: (pixels, sequence) => {
      for (let index = 0; index < PIXELS; index++) sequence[index] = pixels[index]! / BRIGHTEST;
    },
  },
  quarter: {
    steps: PIXELS / 4,
    channels: 1,
    reads: 'averaged over 2 × 2 pixels, one average a step (196 steps)',
    side: SIDE / 2,
    convert: (pixels, sequence) => {
      const half = SIDE / 2;
      for (let index = 0; index < sequence.length; index++) {
        const corner = 2 * SIDE * Math.floor(index / half) + 2 * (index % half);
        const sum = pixels[corner]! + pixels[corner + 1]! + pixels[corner + SIDE]! + pixels[corner + SIDE + 1]!;
        sequence[index] = sum / (4 * BRIGHTEST);
      }
    },
  },
  rows: {
    steps: SIDE,
    channels: SIDE,
    reads: 'one row of 28 pixels a step (28 steps)',
    side: SIDE,
    convert: (pixels, sequence) => {
      for (let index = 0; index < PIXELS; index++) sequence[index] = pixels[index]! / BRIGHTEST;
    },
  },
  permuted: {
    steps: PIXELS,
    channels: 1,
    reads: 'one pixel a step in the published random order (784 steps)',
    convert: (pixels, sequence) => {
      for (let index = 0; index < PIXELS; index++) sequence[index] = pixels[permutation[index]!]! / BRIGHTEST;
    },
  },
} satisfies Record<string, Omit<MnistView, 'description'> & { readonly reads: string }>;

function viewOf(images: string, { reads, ...way }: (typeof ways)[keyof typeof ways]): MnistView {
  return { ...way, description: `${images}, ${reads}` };
}

const digits = 'MNIST digits';
/** Xiao, Rasul & Vollgraf 2017, in MNIST's own format and sizes. */
const clothes = 'Fashion-MNIST, ten kinds of clothes';

export const mnistViews = {
  mnist: viewOf(digits, ways.pixels),
  'mnist-196': viewOf(digits, ways.quarter),
  'mnist-rows': viewOf(digits, ways.rows),
  pmnist: viewOf(digits, ways.permuted),
  'fashion-mnist': viewOf(clothes, ways.pixels),
  'fashion-mnist-196': viewOf(clothes, ways.quarter),
  'fashion-mnist-rows': viewOf(clothes, ways.rows),
  'fashion-mnist-permuted': viewOf(clothes, ways.permuted),
} satisfies Record<string, MnistView>;

/** What the files of a source are of: `mnist` or `fashion-mnist`; null for a source of no such images. */
export function imageFamilyOf(source: string): 'mnist' | 'fashion-mnist' | null {
  if (!Object.hasOwn(mnistViews, source)) return null;
  return source.startsWith('fashion') ? 'fashion-mnist' : 'mnist';
}

/**
 * @param images [rows, 28, 28] as read by `parseIdx`; `labels` [rows], or null.
 * @throws InputError for images of another size or another number of labels.
 */
export function mnistTable(view: MnistView, images: IdxArray, labels: IdxArray | null, name: string): SequenceTable {
  const [rows = 0, height, width] = images.shape;
  if (height !== SIDE || width !== SIDE)
    throw new InputError(`${name}: images are ${height} × ${width} pixels; expected MNIST's ${SIDE} × ${SIDE}.`);
  if (labels !== null && labels.values.length !== rows)
    throw new InputError(
      `${name}: ${rows} images, but the label file beside it has ${labels.values.length} labels; ` +
        'give the two files that belong together.',
    );
  const { steps, channels } = view;
  const length = steps * channels;
  const values = new Float32Array(rows * length);
  for (let row = 0; row < rows; row++)
    view.convert(
      images.values.subarray(row * PIXELS, (row + 1) * PIXELS),
      values.subarray(row * length, (row + 1) * length),
    );
  return checkedTable({ name, rows, steps, channels, values, labels: labels && Array.from(labels.values, String) });
}
