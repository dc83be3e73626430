/**
 * The safetensors format: eight bytes of header length (little-endian), a JSON header that gives each tensor's type,
 * shape and place, then the tensors' bytes. Source: https://github.com/huggingface/safetensors, "Format".
 */
import { InputError } from '../errors.js';
import { sizeOf } from '../graph/tensor.js';
import { fail, readHeader } from './safetensors-header.js';
import { type Dtype, elementTypes } from './safetensors-types.js';

export type { Dtype } from './safetensors-types.js';

export interface StoredTensor {
  /** The type in the file; `data` is float64 and holds the very same numbers. */
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float64Array;
}

export interface WritableTensor {
  /** F32 rounds each number to the nearest float32. */
  readonly dtype: 'F32' | 'F64';
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/**
 * Reads a whole file. Every structural rule of the format is checked; tensors need not be aligned.
 * @throws InputError for whatever is wrong with the bytes, and for 64-bit integers that float64 cannot hold exactly.
 */
export function readSafetensors(bytes: Uint8Array): {
  tensors: Record<string, StoredTensor>;
  metadata: Record<string, string>;
} {
  const { entries, metadata, dataStart } = readHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tensors = entries.map(({ name, dtype, shape, begin }): [string, StoredTensor] => {
    const { bytes: width, read } = elementTypes[dtype];
    const data = new Float64Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) {
      const value = read(view, dataStart + begin + i * width);
      if (value === undefined)
        fail(`element ${i} of tensor "${name}" (${dtype}) has a value that a float64 cannot represent exactly`);
      data[i] = value;
    }
    return [name, { dtype, shape, data }];
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

/**
 * Writes a whole file; equal contents give equal bytes. As the reference implementation does, wider types come first
 * so that every tensor is aligned, and names are in order within a type (order of code units).
 * @throws InputError for a tensor named `__metadata__` or whose data do not fit its shape.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, WritableTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const ordered = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) => widthOf(b) - widthOf(a) || inOrder(nameA, nameB),
  );
  // Composed by hand: an object's own order would put names that look like numbers first.
  const members: string[] = [];
  if (Object.keys(metadata).length > 0) {
    const pairs = Object.entries(metadata).sort(([a], [b]) => inOrder(a, b));
    members.push(`"__metadata__":{${pairs.map(([key, text]) => `${quote(key)}:${quote(text)}`).join(',')}}`);
  }
  let position = 0;
  for (const [name, tensor] of ordered) {
    check(name, tensor);
    const end = position + tensor.data.length * widthOf(tensor);
    const { dtype, shape } = tensor;
    members.push(`${quote(name)}:{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${position},${end}]}`);
    position = end;
  }
  const header = new TextEncoder().encode(`{${members.join(',')}}`);
  const padded = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + position);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  bytes.set(header, 8);
  bytes.fill(0x20, 8 + header.length, 8 + padded);
  let offset = 8 + padded;
  for (const [, tensor] of ordered) offset = writeData(view, offset, tensor);
  return bytes;
}

function writeData(view: DataView, start: number, { dtype, data }: WritableTensor): number {
  let offset = start;
  for (const number of data) {
    // One NaN for all, since which bits a NaN carries is the machine's choice.
    const value = Number.isNaN(number) ? Number.NaN : number;
    if (dtype === 'F64') view.setFloat64(offset, value, true);
    else view.setFloat32(offset, value, true);
    offset += elementTypes[dtype].bytes;
  }
  return offset;
}

function check(name: string, { dtype, shape, data }: WritableTensor): void {
  if (name === '__metadata__') throw new InputError('a tensor cannot be named "__metadata__"; give it another name');
  if (dtype !== 'F32' && dtype !== 'F64')
    throw new InputError(`tensor "${name}": got dtype "${dtype}", expected F32 or F64`);
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0) || data.length !== sizeOf(shape))
    throw new InputError(`tensor "${name}": got ${data.length} values for shape [${shape}], expected ${sizeOf(shape)}`);
}

function widthOf(tensor: WritableTensor): number {
  return tensor.dtype === 'F64' ? 8 : 4;
}

function inOrder(first: string, second: string): number {
  return first < second ? -1 : Number(first > second);
}

/** JSON, with lone surrogates escaped, so that any string survives UTF-8. */
function quote(text: string): string {
  return JSON.stringify(text);
}
