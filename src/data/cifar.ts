/**
 * CIFAR-10 images as sequences (Krizhevsky 2009), from the binary version: 3,073 bytes an image, the class 0…9 and then
 * 32 × 32 values of red, of green and of blue in 0…255, each row by row. Values become x/255, in [0, 1].
 */
import { InputError } from '../errors.js';
import { createGenerator } from '../random/index.js';
import type { SequenceTable } from './dataset.js';
import { checkedTable } from './table.js';

const SIDE = 32;
const PIXELS = SIDE * SIDE;
const COLOURS = 3;
const RECORD = 1 + COLOURS * PIXELS;
const BRIGHTEST = 255;
const PADDED_STEPS = 1000;
const ROW = SIDE * COLOURS;

/** As in `batches.meta.txt`. */
export const cifarClasses = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** Larger tables are refused: 384 kB an image, padded. */
const LARGEST_TABLE = 8e9;

export interface CifarView {
  readonly steps: number;
  readonly channels: number;
  readonly description: string;
}

export const cifarViews = {
  cifar10: {
    steps: PIXELS,
    channels: COLOURS,
    description: 'CIFAR-10 images, one pixel of three colours a step (1,024 steps)',
  },
  'cifar10-rows': {
    steps: SIDE,
    channels: ROW,
    description: 'CIFAR-10 images, one row of 32 pixels a step (32 steps of 96 values, colours together)',
  },
  'cifar10-padded': {
    steps: PADDED_STEPS,
    channels: ROW,
    description:
      'noise-padded CIFAR-10: the 32 rows of an image, then 968 steps of white noise (1,000 steps of 96 values)',
  },
} satisfies Record<string, CifarView>;

export type CifarName = keyof typeof cifarViews;

/**
 * @param bytes whole records; `names` of the files they are of, for messages and for the noise of the padding: that of an
 * image depends on its file's name and its place there only, so that training and test images have noise of their own.
 * Padding with standard normal noise after Chang et al., *AntisymmetricRNN*, ICLR 2019.
 * @throws InputError for a file that is no whole number of records, a class above 9, or a table too large to hold.
 */
export function cifarTable(view: CifarName, parts: readonly { name: string; bytes: Uint8Array }[]): SequenceTable {
  const { steps, channels } = cifarViews[view];
  const rows = parts.reduce((sum, part) => sum + recordsOf(part), 0);
  const length = steps * channels;
  if (rows * length * 4 > LARGEST_TABLE)
    throw new InputError(
      `${rows} images of ${steps} × ${channels} values take ${((rows * length * 4) / 1e9).toFixed(1)} GB, more than ` +
        `${LARGEST_TABLE / 1e9}; give a folder with fewer of the files data_batch_1.bin … data_batch_5.bin.`,
    );
  const values = new Float32Array(rows * length);
  const labels: string[] = [];
  for (const { name, bytes } of parts) {
    for (let record = 0; record < recordsOf({ name, bytes }); record++) {
      const image = bytes.subarray(record * RECORD, (record + 1) * RECORD);
      const label = cifarClasses[image[0]!];
      if (label === undefined)
        throw new InputError(`${name}: image ${record + 1} has class ${image[0]}; expected 0 to 9. Is it CIFAR-10?`);
      const sequence = values.subarray(labels.length * length, (labels.length + 1) * length);
      writeImage(image.subarray(1), sequence);
      if (steps > SIDE && channels === ROW) pad(sequence.subarray(PIXELS * COLOURS), name, record);
      labels.push(label);
    }
  }
  const name = parts.map((part) => part.name).join(', ');
  return checkedTable({ name, rows, steps, channels, values, labels });
}

function recordsOf({ name, bytes }: { name: string; bytes: Uint8Array }): number {
  if (bytes.length === 0 || bytes.length % RECORD !== 0)
    throw new InputError(
      `${name}: has ${bytes.length} bytes, no whole number of images of ${RECORD} bytes (the binary version of CIFAR-10); ` +
        'it is cut short or of another format. Copy or download it again.',
    );
  return bytes.length / RECORD;
}

/** Pixel by pixel, the colours of a pixel together: the order of all views. */
function writeImage(planes: Uint8Array, sequence: Float32Array): void {
  for (let pixel = 0; pixel < PIXELS; pixel++)
    for (let colour = 0; colour < COLOURS; colour++)
      sequence[pixel * COLOURS + colour] = planes[colour * PIXELS + pixel]! / BRIGHTEST;
}

function pad(rest: Float32Array, name: string, record: number): void {
  const file = name.split(/[\\/]/).at(-1)!;
  const { normal } = createGenerator(1, 'cifar10 padding', file, record);
  for (let index = 0; index < rest.length; index++) rest[index] = normal();
}
