/**
 * IDX, the format of the MNIST files (LeCun, Cortes & Burges): two zero bytes, the type (8 = unsigned byte), the number
 * of dimensions, each dimension as a big-endian 32-bit integer, then the values, last dimension fastest.
 */
import { InputError } from '../errors.js';
import { gunzip, isGzip } from './gzip.js';

export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/**
 * Reads unsigned bytes, gzipped or not.
 * @param dimensions 3 for images, 1 for labels.
 * @throws InputError for another format, or if the file is shorter or longer than its header says.
 */
export function parseIdx(bytes: Uint8Array, name: string, dimensions: number): IdxArray {
  const raw = isGzip(bytes) ? gunzip(bytes, name) : bytes;
  const headerLength = 4 + 4 * dimensions;
  if (raw.length < headerLength)
    throw new InputError(`${name}: has ${raw.length} bytes, but an IDX header alone takes ${headerLength}.`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const magic = view.getUint32(0);
  const expectedMagic = 0x0800 + dimensions;
  if (magic !== expectedMagic)
    throw new InputError(
      `${name}: starts with ${hexadecimal(magic)}; expected ${hexadecimal(expectedMagic)}, an IDX file of unsigned bytes ` +
        `with ${dimensions} dimension${dimensions === 1 ? '' : 's'} (images have 3, labels 1).`,
    );
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  const expected = headerLength + shape.reduce((product, extent) => product * extent, 1);
  if (raw.length !== expected)
    throw new InputError(
      `${name}: its header says ${shape.join(' × ')} values, ${expected} bytes in all, but the file has ${raw.length}; ` +
        `it is ${raw.length < expected ? 'cut short' : 'too long'}. Copy or download it again.`,
    );
  return { shape, values: raw.subarray(headerLength) };
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
