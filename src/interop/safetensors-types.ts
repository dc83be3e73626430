/** The element types of a safetensors file that float64 can hold, and how each is read. */

export type Dtype =
  | 'BOOL'
  | 'U8'
  | 'I8'
  | 'U16'
  | 'I16'
  | 'F16'
  | 'BF16'
  | 'U32'
  | 'I32'
  | 'F32'
  | 'U64'
  | 'I64'
  | 'F64';

interface ElementType {
  readonly bytes: number;
  /** Little-endian, as the format prescribes. Gives undefined for bits that float64 cannot represent exactly. */
  readonly read: (view: DataView, offset: number) => number | undefined;
}

export const elementTypes: Readonly<Record<Dtype, ElementType>> = {
  BOOL: { bytes: 1, read: (view, offset) => exactBoolean(view.getUint8(offset)) },
  U8: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  I8: { bytes: 1, read: (view, offset) => view.getInt8(offset) },
  U16: { bytes: 2, read: (view, offset) => view.getUint16(offset, true) },
  I16: { bytes: 2, read: (view, offset) => view.getInt16(offset, true) },
  F16: { bytes: 2, read: (view, offset) => halfToNumber(view.getUint16(offset, true)) },
  BF16: { bytes: 2, read: (view, offset) => brainHalfToNumber(view.getUint16(offset, true)) },
  U32: { bytes: 4, read: (view, offset) => view.getUint32(offset, true) },
  I32: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) },
  F32: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  U64: { bytes: 8, read: (view, offset) => exactInteger(view.getBigUint64(offset, true)) },
  I64: { bytes: 8, read: (view, offset) => exactInteger(view.getBigInt64(offset, true)) },
  F64: { bytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
};

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(elementTypes, name);
}

function exactInteger(value: bigint): number | undefined {
  const number = Number(value);
  return BigInt(number) === value ? number : undefined;
}

function exactBoolean(byte: number): number | undefined {
  return byte <= 1 ? byte : undefined;
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function brainHalfToNumber(bits: number): number {
  scratch.setUint32(0, bits * 0x10000);
  return scratch.getFloat32(0);
}
