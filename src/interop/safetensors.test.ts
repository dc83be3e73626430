import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { readSafetensors, type WritableTensor, writeSafetensors } from './safetensors.js';

const golden = '../shared/golden/noisy-rnn-pytorch/weights.safetensors';

/** A file from a header's text (or value) and the bytes after it. */
function file(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const single = (dtype: string, data: number[], shape: number[]) =>
  readSafetensors(file({ x: { dtype, shape, data_offsets: [0, data.length] } }, data)).tensors.x!;

describe('readSafetensors', () => {
  it.each([
    ['BOOL', [0, 1], [0, 1]],
    ['U8', [0, 255], [0, 255]],
    ['I8', [127, 128], [127, -128]],
    ['U16', [1, 2], [513]],
    ['I16', [0xfe, 0xff], [-2]],
    ['U32', [0, 0, 0, 0x80], [2 ** 31]],
    ['I32', [0, 0, 0, 0x80], [-(2 ** 31)]],
    ['U64', [0, 0, 0, 0, 0, 0, 0x20, 0], [2 ** 53]],
    ['I64', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [-1]],
    // Half precision: 1, −2, largest 65504, smallest subnormal 2^−24, −infinity, NaN.
    ['F16', [0, 0x3c, 0, 0xc0, 0xff, 0x7b, 1, 0, 0, 0xfc, 1, 0x7e], [1, -2, 65504, 2 ** -24, -Infinity, NaN]],
    ['F16', [0, 0x80, 0x55, 0x35], [-0, 0.333251953125]],
    ['BF16', [0x80, 0x3f, 0x49, 0x40, 0x80, 0xff], [1, 3.140625, -Infinity]],
    ['F32', [0, 0, 0x80, 0x3f, 0xcd, 0xcc, 0xcc, 0x3d], [1, Math.fround(0.1)]],
    ['F64', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], [1]],
  ])('reads %s', (dtype, bytes, values) => {
    expect(single(dtype, bytes, [values.length])).toEqual({
      dtype,
      shape: [values.length],
      data: Float64Array.from(values),
    });
  });

  it('reads scalars, empty tensors, unaligned headers, any order of entries, and metadata', () => {
    const header = `{"b":{"dtype":"U8","shape":[0,3],"data_offsets":[1,1]},"a":{"data_offsets":[0,1],"dtype":"U8","shape":[]},
      "__metadata__":{"format":"pt"}}   `;
    const { tensors, metadata } = readSafetensors(file(header, [7]));
    expect(tensors.a).toEqual({ dtype: 'U8', shape: [], data: Float64Array.of(7) });
    expect(tensors.b).toEqual({ dtype: 'U8', shape: [0, 3], data: new Float64Array(0) });
    expect(metadata).toEqual({ format: 'pt' });
    expect(readSafetensors(file('{}'))).toEqual({ tensors: {}, metadata: {} });
  });

  it('reads from the middle of a buffer', () => {
    const whole = file({ x: { dtype: 'U8', shape: [1], data_offsets: [0, 1] } }, [9]);
    const shifted = new Uint8Array(whole.length + 3);
    shifted.set(whole, 3);
    expect(readSafetensors(shifted.subarray(3)).tensors.x!.data[0]).toBe(9);
  });

  const entry = (begin: number, end: number, shape: unknown = [end - begin], dtype: unknown = 'U8') => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'has 0 bytes, expected at least 8'],
    ['a cut header', file({ x: entry(0, 1) }, [1]).subarray(0, 20), 'may be cut short'],
    ['a huge header', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255), 'at most 100000000'],
    ['an empty header', file(''), 'does not begin with "{"'],
    ['a leading space', file(' {}'), 'does not begin with "{"'],
    ['half a header', file('{"x":'), 'not JSON'],
    ['bytes that are not UTF-8', file('{"x').fill(0xff, 9), 'not JSON in UTF-8'],
    ['a tensor that is no object', file({ x: 3 }), 'tensor "x" is 3, expected an object'],
    ['an unknown key', file({ x: { ...entry(0, 1), order: 'C' } }, [1]), 'has "order", expected only'],
    ['an unknown dtype', file({ x: entry(0, 1, [1], 'F8_E4M3') }, [1]), 'has dtype "F8_E4M3", expected one of BOOL'],
    ['an inherited dtype', file({ x: entry(0, 1, [1], 'toString') }, [1]), 'has dtype "toString"'],
    ['no dtype', file({ x: { shape: [1], data_offsets: [0, 1] } }, [1]), 'has dtype missing'],
    ['a negative extent', file({ x: entry(0, 1, [-1, -1]) }, [1]), 'has shape [-1,-1]'],
    ['a shape that is no list', file({ x: entry(0, 1, 1) }, [1]), 'has shape 1'],
    ['offsets backwards', file({ x: entry(1, 0, [1]) }, [1]), 'has data_offsets [1,0]'],
    ['three offsets', file({ x: { ...entry(0, 1), data_offsets: [0, 1, 2] } }, [1]), 'has data_offsets [0,1,2]'],
    ['too few bytes', file({ x: entry(0, 4, [2], 'F32') }, [0, 0, 0, 0]), 'has 4 bytes, expected 8 for F32'],
    ['a shape past all bounds', file({ x: entry(0, 1, [2 ** 52, 2 ** 52, 2 ** 52]) }, [1]), 'has 1 bytes, expected'],
    ['a hole', file({ x: entry(0, 1), y: entry(2, 3) }, [1, 2, 3]), 'begins at byte 2, expected 1: a hole'],
    ['an overlap', file({ x: entry(0, 2), y: entry(1, 3) }, [1, 2, 3]), 'begins at byte 1, expected 2: an overlap'],
    ['surplus bytes', file({ x: entry(0, 1) }, [1, 2]), 'surplus bytes'],
    ['missing bytes', file({ x: entry(0, 2) }, [1]), 'may be cut short'],
    ['metadata that are no texts', file({ __metadata__: { a: 1 } }), 'metadata "a" is 1, expected a string'],
    ['a repeated tensor', file('{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0078" :{}}'), '"x" twice'],
    ['a repeated key', file('{"__metadata__":{"a":"{\\"","a":"2"}}'), 'key "a" twice'],
    [
      'an integer past 2^53',
      file({ x: entry(0, 8, [1], 'I64') }, [1, 0, 0, 0, 0, 0, 0x20, 0]),
      'element 0 of tensor "x"',
    ],
    ['a boolean of 2', file({ x: entry(0, 1, [1], 'BOOL') }, [2]), 'element 0 of tensor "x"'],
    ['deep nesting', file(`{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`), 'tensor "x" is […]'],
    ['a very long text', file(`{"x":"${'\\n'.repeat(1_000_000)}"}`), 'expected an object'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(InputError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('throws nothing but InputError when bytes are changed, cut or added', () => {
    const sound = writeSafetensors(
      { 'a/W': f64([2, 2], [1, 2, 3, 4]), b: { dtype: 'F32', shape: [3], data: Float64Array.of(1, 2, 3) } },
      { format: 'pt', '0': 'é' },
    );
    const change = fc.record({ at: fc.nat(sound.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.integer({ min: -60, max: 4 }), (changes, growth) => {
        const bytes = new Uint8Array(sound.length + growth);
        bytes.set(sound.subarray(0, bytes.length));
        for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { seed: 2, numRuns: 5000 },
    );
  });

  it.skipIf(!existsSync(golden))(`reads weights that PyTorch wrote (skipped unless ${golden} is there)`, () => {
    const { tensors } = readSafetensors(readFileSync(golden));
    const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      B: [12, 12],
      C: [12, 12],
      'D.bias': [3],
      'D.weight': [3, 12],
      'E.bias': [12],
      'E.weight': [12, 2],
      d: [12],
    });
    // The first bytes after the header, b0 2e 3a 39 as a little-endian float32.
    expect(tensors.B!.data[0]).toBe(new DataView(Uint8Array.of(0x39, 0x3a, 0x2e, 0xb0).buffer).getFloat32(0));
    const rewritten = Object.entries(tensors).map(([name, t]): [string, WritableTensor] => [
      name,
      { ...t, dtype: 'F32' },
    ]);
    expect(readSafetensors(writeSafetensors(Object.fromEntries(rewritten))).tensors).toEqual(tensors);
  });
});

const f64 = (shape: number[], values: number[]): WritableTensor => ({
  dtype: 'F64',
  shape,
  data: Float64Array.from(values),
});

describe('writeSafetensors', () => {
  it('writes the prescribed bytes', () => {
    const bytes = writeSafetensors({ x: f64([1], [1]) });
    const header = '{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}'.padEnd(56);
    expect(bytes).toEqual(file(header, [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]));
  });

  it('does not depend on the order of insertion, and aligns every tensor', () => {
    const a = f64([1], [1]);
    const b: WritableTensor = { dtype: 'F32', shape: [1], data: Float64Array.of(2) };
    const first = writeSafetensors({ 10: a, 9: b, z: a, 'ä"\n': b }, { k: '1', '5': '2' });
    const second = writeSafetensors({ 'ä"\n': b, z: a, 9: b, 10: a }, { '5': '2', k: '1' });
    expect(second).toEqual(first);
    const header = new TextDecoder().decode(first.subarray(8)).split('}}')[0]!;
    expect([...header.matchAll(/"data_offsets":\[(\d+)/g)].map(([, begin]) => Number(begin))).toEqual([0, 8, 16, 20]);
    expect(new DataView(first.buffer).getUint32(0, true) % 8).toBe(0);
  });

  it('gives back what was written: names, shapes and every bit of the numbers', () => {
    const stored = fc.array(fc.nat(3), { maxLength: 3 }).chain((shape) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const f32 = fc.array(fc.float(), { minLength: size, maxLength: size });
      const f64s = fc.array(fc.double(), { minLength: size, maxLength: size });
      return fc.oneof(
        f32.map((values): WritableTensor => ({ dtype: 'F32', shape, data: Float64Array.from(values) })),
        f64s.map((values): WritableTensor => f64(shape, values)),
      );
    });
    const names = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '7', ''));
    const contents = (value: typeof stored) =>
      fc.uniqueArray(fc.tuple(names, value), { selector: ([name]) => name, maxLength: 6 });
    fc.assert(
      fc.property(
        contents(stored),
        fc.uniqueArray(fc.tuple(names, fc.string()), { selector: ([name]) => name }),
        (t, m) => {
          fc.pre(!t.some(([name]) => name === '__metadata__'));
          const tensors = Object.fromEntries(t);
          const metadata = Object.fromEntries(m);
          const bytes = writeSafetensors(tensors, metadata);
          const back = readSafetensors(bytes);
          expect(new Map(Object.entries(back.tensors))).toEqual(new Map(Object.entries(tensors)));
          expect(new Map(Object.entries(back.metadata))).toEqual(new Map(Object.entries(metadata)));
          expect(writeSafetensors(tensors, back.metadata)).toEqual(bytes);
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });

  it('refuses the name of the metadata and data that do not fit', () => {
    expect(() => writeSafetensors({ __metadata__: f64([], [1]) })).toThrow(InputError);
    expect(() => writeSafetensors({ x: f64([2], [1]) })).toThrow('got 1 values for shape [2], expected 2');
    expect(() => writeSafetensors({ x: f64([0.5, 2], [1]) })).toThrow(InputError);
  });
});
