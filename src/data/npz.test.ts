import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { readNpy } from './npy.js';
import { parseNpz } from './npz.js';

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

// NumPy 2.4: numpy.savez_compressed(file, x=numpy.arange(12, dtype='<f4').reshape(2, 3, 2) / 4, y=numpy.array([1, 0]))
const compressed = fromBase64(
  'UEsDBC0AAAAIAAAAIQCMuU6j//////////8FABQAeC5ucHkBABAAsAAAAAAAAABqAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9U' +
    'UpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsY6CkaaOgq1CuQBLgYwaLADEvYMDA5A3ADEC4D4ABA/AGIGBwYGASBWAGIDBwBQSwMELQAAAAgA' +
    'AAAhAHH7Oav//////////wUAFAB5Lm5weQEAEACQAAAAAAAAAEgAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+U' +
    'kgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALkYGVAAAUEsBAi0DLQAAAAgAAAAhAIy5TqNqAAAAsAAAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5' +
    'UEsBAi0DLQAAAAgAAAAhAHH7OatIAAAAkAAAAAUAAAAAAAAAAAAAAIABoQAAAHkubnB5UEsFBgAAAAACAAIAZgAAACABAAAAAA==',
);
// The same x as float64 in Fortran order, without y.
const fortran = fromBase64(
  'UEsDBC0AAAAIAAAAIQA0Lwlh//////////8FABQAeC5ucHkBABAA4AAAAAAAAABrAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9U' +
    'UpSYF59flJIKEg8pKk0FChdnJBakArkaRjoKxjoKRpo6CrUKZAIuBhTwwx5CP4DSDA4Q6gOUzwLlX4Dy/0DpF1CaCSr/BcpncwAAUEsBAi0DLQAA' +
    'AAgAAAAhADQvCWFrAAAA4AAAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5UEsFBgAAAAABAAEAMwAAAKIAAAAAAA==',
);
const quarters = Float32Array.from({ length: 12 }, (_, index) => index / 4);

function npy(type: string, shape: string, data: ArrayBufferView): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const text = Uint8Array.from(`\x93NUMPY\x01\x00..${header}`, (character) => character.charCodeAt(0));
  new DataView(text.buffer).setUint16(8, header.length, true);
  return Uint8Array.of(...text, ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

describe('readNpy', () => {
  it.each([
    ['<f4', Float32Array.of(1.5, -2)],
    ['<f8', Float64Array.of(1.5, -2)],
    ['|i1', Int8Array.of(1, -2)],
    ['|u1', Uint8Array.of(1, 200)],
    ['<i4', Int32Array.of(1, -70000)],
    ['<i8', BigInt64Array.of(1n, -70000n)],
    ['|b1', Uint8Array.of(1, 0)],
    ['<i2', Int16Array.of(1, -300)],
    ['<u2', Uint16Array.of(1, 60000)],
    ['<u4', Uint32Array.of(1, 4e9)],
  ])('reads %s', (type, data) => {
    const array = readNpy(npy(type, '(2,)', data));
    expect(array).toMatchObject({ shape: [2], type });
    expect([...array.values]).toEqual(Array.from(data, Number));
  });

  it('reads half precision, the other order of bytes, and bytes as texts', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555);
    expect([...readNpy(npy('<f2', '(5,)', halves)).values]).toEqual([1, -2, 2 ** -24, 65504, 0.333251953125]);
    const bytes = new DataView(new ArrayBuffer(16));
    bytes.setFloat64(0, 1.5);
    bytes.setFloat64(8, -2e10);
    expect([...readNpy(npy('>f8', '(2,)', new Uint8Array(bytes.buffer))).values]).toEqual([1.5, -2e10]);
    const words = new TextEncoder().encode('left\0right');
    expect(readNpy(npy('|S5', '(2,)', words)).texts).toEqual(['left', 'right']);
    const long = BigInt64Array.of(9007199254740993n, 1n);
    expect(readNpy(npy('<i8', '(2,)', long)).texts).toEqual(['9007199254740993', '1']);
  });

  it.each([
    ['complex numbers', npy('<c8', '(1,)', Float32Array.of(1, 2)), /element type '<c8' is not supported/],
    ['objects', npy('|O', '(1,)', Float32Array.of(1)), /Python objects.* not unpickled/],
    ['a name of every object', npy('constructor', '(1,)', Float32Array.of(1)), /not supported/],
    ['too few bytes', npy('<f4', '(3,)', Float32Array.of(1, 2)), /shape \(3\) of <f4 takes 12 bytes, but 8 follow/],
    ['something else', Uint8Array.of(1, 2, 3), /not a NumPy \.npy array/],
    ['a cut header', npy('<f4', '(1,)', Float32Array.of(1)).subarray(0, 30), /cut short within its header/],
  ])('refuses %s', (_what, bytes, message) => {
    expect(() => readNpy(bytes)).toThrow(InputError);
    expect(() => readNpy(bytes)).toThrow(message);
  });
});

describe('parseNpz', () => {
  it('reads what NumPy writes, compressed, with class indices as labels', () => {
    expect(parseNpz(compressed, 'a.npz')).toMatchObject({
      name: 'a.npz',
      rows: 2,
      steps: 3,
      channels: 2,
      values: quarters,
      labels: ['1', '0'],
      indexLabels: true,
    });
  });

  it('transposes Fortran order, and reads files without labels', () => {
    expect(parseNpz(fortran, 'a.npz')).toMatchObject({
      rows: 2,
      steps: 3,
      channels: 2,
      values: quarters,
      labels: null,
    });
  });

  it('takes [rows, steps] for one input, and labels that are whole floats', () => {
    const x = npy('<f4', '(2, 3)', Float32Array.of(1, 2, 3, 4, 5, 6));
    const bytes = zipSync({ 'x.npy': x, 'y.npy': npy('<f8', '(2, 1)', Float64Array.of(4, 0)) }, { level: 0 });
    expect(parseNpz(bytes, 'a.npz')).toMatchObject({ rows: 2, steps: 3, channels: 1, labels: ['4', '0'] });
  });

  const x = npy('<f4', '(2, 1)', Float32Array.of(1, 2));
  it.each([
    ['no x', { 'data.npy': x }, /has no array 'x' \(it has data\.npy\)/],
    ['a flat x', { 'x.npy': npy('<f4', '(2,)', Float32Array.of(1, 2)) }, /x has shape \(2\)/],
    ['NaN', { 'x.npy': npy('<f4', '(2, 1)', Float32Array.of(1, Number.NaN)) }, /row 2, step 1 is NaN/],
    ['no rows', { 'x.npy': npy('<f4', '(0, 4)', Float32Array.of()) }, /holds no sequences/],
    [
      'too few labels',
      { 'x.npy': x, 'y.npy': npy('|u1', '(1,)', Uint8Array.of(1)) },
      /y has shape \(1\); expected \[2\]/,
    ],
    ['a broken label', { 'x.npy': x, 'y.npy': npy('<f4', '(2,)', Float32Array.of(0.5, 1)) }, /row 1 of y is 0\.5/],
  ])('refuses %s', (_what, files, message) => {
    const bytes = zipSync(files);
    expect(() => parseNpz(bytes, 'a.npz')).toThrow(InputError);
    expect(() => parseNpz(bytes, 'a.npz')).toThrow(message);
  });

  it('gives the same values from a damaged file or throws InputError', () => {
    const damage = fc.array(fc.tuple(fc.nat(compressed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(damage, fc.integer({ min: 0, max: 20 }), (changes, cut) => {
        const damaged = compressed.slice(0, compressed.length - cut);
        for (const [at, byte] of changes) if (at < damaged.length) damaged[at] = byte;
        try {
          // Damage may hide y by changing its name, but not change a number.
          expect(parseNpz(damaged, 'f').values).toEqual(quarters);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
