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
  /** What an array of texts holds, in the place of values; of 64-bit integers, if one is beyond 2^53, all their digits. */
  readonly texts?: readonly string[];
}

type Element = {
  bytes: number;
  allocate: (count: number) => NpyValues;
  get: (view: DataView, at: number, little: boolean) => number;
};
const doubles = (count: number) => new Float64Array(count);

/** By NumPy's letter and size, whatever the order of bytes. */
const ELEMENTS: Readonly<Record<string, Element>> = {
  f2: {
    bytes: 2,
    allocate: (count) => new Float32Array(count),
    get: (view, at, little) => half(view.getUint16(at, little)),
  },
  f4: {
    bytes: 4,
    allocate: (count) => new Float32Array(count),
    get: (view, at, little) => view.getFloat32(at, little),
  },
  f8: { bytes: 8, allocate: doubles, get: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, allocate: (count) => new Int8Array(count), get: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, allocate: (count) => new Int32Array(count), get: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, allocate: (count) => new Int32Array(count), get: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, allocate: doubles, get: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { bytes: 1, allocate: (count) => new Uint8Array(count), get: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, allocate: (count) => new Int32Array(count), get: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, allocate: doubles, get: (view, at, little) => view.getUint32(at, little) },
  u8: { bytes: 8, allocate: doubles, get: (view, at, little) => Number(view.getBigUint64(at, little)) },
  b1: { bytes: 1, allocate: (count) => new Uint8Array(count), get: (view, at) => view.getUint8(at) },
};

/** A binary16 of IEEE 754. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/**
 * @throws InputError for a damaged file, for objects (which are programs: nothing is unpickled), and for elements other than
 * floats, integers, truth values and texts.
 */
export function readNpy(bytes: Uint8Array, name = '.npy array'): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, start } = readHeader(bytes, view, name);
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const extents = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || order === undefined || extents === undefined)
    throw new InputError(`${name}: header ${quoted(header.trim())} does not describe a plain NumPy array.`);
  const shape = extents.split(',').flatMap((extent) => (extent.trim() === '' ? [] : [Number(extent)]));
  const written = /^([<>|=]?)([a-zA-Z])(\d*)/.exec(type);
  const [, byteOrder = '', letter = '', digits = ''] = written ?? [];
  const little = byteOrder !== '>';
  if (letter === 'U' || letter === 'S' || letter === 'a') {
    const unit = letter === 'U' ? 4 : 1;
    return readTexts(view, start, { shape, type, characters: Number(digits), unit, little, name });
  }
  if (letter === 'O') throw objects(name);
  const key = written !== null && written[0] === type ? letter + digits : '';
  const element = Object.hasOwn(ELEMENTS, key) ? ELEMENTS[key] : undefined;
  if (element === undefined)
    throw new InputError(
      `${name}: element type ${quoted(type)} is not supported; expected floats, integers, truth values or texts ` +
        `(${Object.keys(ELEMENTS).join(', ')}, U, S): convert it, for example with array.astype('<f4').`,
    );
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length - start !== count * element.bytes)
    throw new InputError(
      `${name}: shape (${shape.join(', ')}) of ${type} takes ${count * element.bytes} bytes, but ${bytes.length - start} ` +
        'follow the header; save the file again.',
    );
  const values = element.allocate(count);
  const source = order === 'True' ? fortranOrder(shape) : (index: number) => index;
  for (let index = 0; index < count; index++)
    values[index] = element.get(view, start + source(index) * element.bytes, little);
  return {
    shape,
    type,
    values,
    ...longIntegers(key, values, (index) => integerAt(view, start + source(index) * 8, key, little)),
  };
}

/** A pickle may run anything when it is read. */
function objects(name: string): InputError {
  const labels = /: (y|labels?|groups)$/.test(name);
  return new InputError(
    `${name}: holds Python objects (dtype object), which only Python can read, and which are not unpickled here; save ` +
      `${labels ? "texts as texts, with y.astype('U')" : "numbers as numbers, with x.astype('<f4'); series of different lengths padded, with an array lengths, or each in a file of its own"}.`,
  );
}

/** All digits of integers of 64 bits, if doubles lose some. */
function longIntegers(key: string, values: NpyValues, digitsAt: (index: number) => bigint): { texts?: string[] } {
  if ((key !== 'i8' && key !== 'u8') || !values.some((value) => !Number.isSafeInteger(value))) return {};
  return { texts: Array.from(values, (_, index) => String(digitsAt(index))) };
}

const integerAt = (view: DataView, at: number, key: string, little: boolean): bigint =>
  key === 'i8' ? view.getBigInt64(at, little) : view.getBigUint64(at, little);

/** NumPy's fixed-width texts, padded with zeros: UTF-32, or bytes, which are UTF-8 or else Latin-1. One dimension. */
function readTexts(
  view: DataView,
  start: number,
  own: { shape: number[]; type: string; characters: number; unit: number; little: boolean; name: string },
): NpyArray {
  const { shape, type, characters, unit, little, name } = own;
  const [count = 0] = shape;
  const expected = unit * characters * count;
  if (shape.length !== 1 || view.byteLength - start !== expected)
    throw new InputError(
      `${name}: texts of shape (${shape.join(', ')}) and type ${type}; expected one dimension, and ` +
        `${expected} bytes where there are ${view.byteLength - start}.`,
    );
  const texts = Array.from({ length: count }, (_, index) => {
    const at = start + unit * index * characters;
    if (unit === 1) return byteText(new Uint8Array(view.buffer, view.byteOffset + at, characters));
    const points = Array.from({ length: characters }, (_, place) => view.getUint32(at + 4 * place, little));
    const point = points.find((one) => one > 0x10ffff);
    if (point !== undefined) throw new InputError(`${name}: text ${index + 1} is damaged; save the file again.`);
    return String.fromCodePoint(...points).replace(/\0+$/, '');
  });
  return { shape, type, values: new Float32Array(0), texts };
}

function byteText(bytes: Uint8Array): string {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const own = bytes.subarray(0, end);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(own);
  } catch {
    return new TextDecoder('latin1').decode(own);
  }
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
