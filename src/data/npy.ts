/** NumPy's .npy arrays (format versions 1 to 3): numpy.lib.format in NumPy's documentation. */
import { InputError } from '../errors.js';
import { quoted } from './table.js';

export type NpyValues = Float32Array | Float64Array | Int8Array | Uint8Array | Int32Array;

export interface NpyArray {
  readonly shape: readonly number[];
  /** As NumPy writes it: '<f4', '|u1', … */
  readonly type: string;
  /** Row-major (a Fortran-ordered array is transposed). 64-bit integers become float64, exact up to 2^53. */
  readonly values: NpyValues;
  /** What an array of texts holds, in the place of values. */
  readonly texts?: readonly string[];
}

type Element = { bytes: number; allocate: (count: number) => NpyValues; get: (view: DataView, at: number) => number };

const ELEMENTS: Readonly<Record<string, Element>> = {
  '<f4': { bytes: 4, allocate: (count) => new Float32Array(count), get: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, allocate: (count) => new Float64Array(count), get: (view, at) => view.getFloat64(at, true) },
  '<i4': { bytes: 4, allocate: (count) => new Int32Array(count), get: (view, at) => view.getInt32(at, true) },
  '<i8': {
    bytes: 8,
    allocate: (count) => new Float64Array(count),
    get: (view, at) => Number(view.getBigInt64(at, true)),
  },
  '|i1': { bytes: 1, allocate: (count) => new Int8Array(count), get: (view, at) => view.getInt8(at) },
  '|u1': { bytes: 1, allocate: (count) => new Uint8Array(count), get: (view, at) => view.getUint8(at) },
  '|b1': { bytes: 1, allocate: (count) => new Uint8Array(count), get: (view, at) => view.getUint8(at) },
};

/** @throws InputError for a damaged file or an element type other than f4, f8, i1, u1, i4, i8 (little-endian) and b1. */
export function readNpy(bytes: Uint8Array, name = '.npy array'): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, start } = readHeader(bytes, view, name);
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const extents = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || extents === undefined)
    throw new InputError(`${name}: header ${quoted(header.trim())} does not describe a plain NumPy array.`);
  const shape = extents.split(',').flatMap((extent) => (extent.trim() === '' ? [] : [Number(extent)]));
  const characters = /^<U(\d{1,6})$/.exec(type)?.[1];
  if (characters !== undefined) return readTexts(view, start, { shape, type, characters: Number(characters), name });
  const element = Object.hasOwn(ELEMENTS, type) ? ELEMENTS[type] : undefined;
  if (element === undefined)
    throw new InputError(
      `${name}: element type ${quoted(type)} is not supported; expected one of ${Object.keys(ELEMENTS).join(', ')}: ` +
        "convert it, for example with array.astype('<f4').",
    );
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length - start !== count * element.bytes)
    throw new InputError(
      `${name}: shape (${shape.join(', ')}) of ${type} takes ${count * element.bytes} bytes, but ${bytes.length - start} ` +
        'follow the header; save the file again.',
    );
  const values = element.allocate(count);
  const source = order === 'True' ? fortranOrder(shape) : (index: number) => index;
  for (let index = 0; index < count; index++) values[index] = element.get(view, start + source(index) * element.bytes);
  return { shape, type, values };
}

/** NumPy's fixed-width texts: UTF-32, padded with zeros. One dimension. */
function readTexts(
  view: DataView,
  start: number,
  { shape, type, characters, name }: { shape: number[]; type: string; characters: number; name: string },
): NpyArray {
  const [count = 0] = shape;
  if (shape.length !== 1 || view.byteLength - start !== 4 * characters * count)
    throw new InputError(
      `${name}: texts of shape (${shape.join(', ')}) and type ${type}; expected one dimension, and ` +
        `${4 * characters * count} bytes where there are ${view.byteLength - start}.`,
    );
  const texts = Array.from({ length: count }, (_, index) => {
    const points = Array.from({ length: characters }, (_, at) =>
      view.getUint32(start + 4 * (index * characters + at), true),
    );
    const point = points.find((own) => own > 0x10ffff);
    if (point !== undefined) throw new InputError(`${name}: text ${index + 1} is damaged; save the file again.`);
    return String.fromCodePoint(...points).replace(/\0+$/, '');
  });
  return { shape, type, values: new Float32Array(0), texts };
}

function readHeader(bytes: Uint8Array, view: DataView, name: string): { header: string; start: number } {
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  const version = bytes[6] ?? 0;
  if (magic !== '\x93NUMPY' || version < 1 || version > 3 || bytes.length < 12)
    throw new InputError(`${name}: not a NumPy .npy array (it should start with '\\x93NUMPY' and version 1 to 3).`);
  const offset = version === 1 ? 10 : 12;
  const start = offset + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length)
    throw new InputError(`${name}: cut short within its header (${bytes.length} of ${start} bytes); save it again.`);
  return { header: new TextDecoder().decode(bytes.subarray(offset, start)), start };
}

/** Row-major index to the position in a column-major array. */
function fortranOrder(shape: readonly number[]): (index: number) => number {
  return (index) => {
    let rest = index;
    let stride = shape.reduce((product, extent) => product * extent, 1);
    let position = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = shape[axis]!;
      stride /= extent;
      position += (rest % extent) * stride;
      rest = Math.floor(rest / extent);
    }
    return position;
  };
}
