import { zipSync } from 'fflate';

/** A NumPy archive with `x` [rows, steps, inputs] of zeros and class indices `y`. */
export function npzFile(shape: readonly [number, number, number], labels: readonly number[]): Uint8Array {
  const x = new Float32Array(shape[0] * shape[1] * shape[2]).map((_, index) => Math.sin(index));
  const y = Int32Array.from(labels);
  return zipSync({ 'x.npy': npy('<f4', shape, x), 'y.npy': npy('<i4', [labels.length], y) });
}

function npy(type: string, shape: readonly number[], values: Float32Array | Int32Array): Uint8Array {
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = `${dictionary.padEnd(117)}\n`;
  const bytes = new Uint8Array(10 + header.length + values.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(new Uint8Array(values.buffer), 10 + header.length);
  return bytes;
}
