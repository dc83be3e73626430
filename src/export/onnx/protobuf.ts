/**
 * Protocol Buffers, as much as an ONNX file needs: a message is its fields one after another, each a key
 * (number · 8 + wire type) and a value. https://protobuf.dev/programming-guides/encoding
 */

/** Encoded fields, to be joined. */
export type Fields = readonly (Uint8Array | Fields)[];

const wire = { varint: 0, bytes: 2, fixed32: 5 } as const;
const encoder = new TextEncoder();

export function joined(fields: Fields): Uint8Array {
  const parts = flatten(fields);
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** An integer, also a negative one (as the format has it: ten bytes of two's complement). */
export function integer(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(key(field, 'varint')), ...varint(value)]);
}

export function bytes(field: number, value: Uint8Array): Fields {
  return [Uint8Array.from([...varint(key(field, 'bytes')), ...varint(value.length)]), value];
}

export function text(field: number, value: string): Fields {
  return value === '' ? [] : bytes(field, encoder.encode(value));
}

export function message(field: number, fields: Fields): Fields {
  return bytes(field, joined(fields));
}

export function float(field: number, value: number): Uint8Array {
  const encoded = new DataView(new ArrayBuffer(4));
  encoded.setFloat32(0, value, true);
  return Uint8Array.from([...varint(key(field, 'fixed32')), ...new Uint8Array(encoded.buffer)]);
}

const key = (field: number, type: keyof typeof wire) => field * 8 + wire[type];

function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const found: number[] = [];
  for (; rest > 127n; rest >>= 7n) found.push(Number(rest & 127n) | 128);
  found.push(Number(rest));
  return found;
}

function flatten(fields: Fields): Uint8Array[] {
  return fields.flatMap((field) => (field instanceof Uint8Array ? [field] : flatten(field)));
}
