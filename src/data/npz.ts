/** NumPy archives (numpy.savez): `x` [rows, steps, inputs] or [rows, steps], and optionally `y` [rows], class indices. */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { type NpyArray, readNpy } from './npy.js';
import { checkedTable } from './table.js';
import { unzip } from './zip.js';

/** @throws InputError for a damaged file, arrays of other shapes, or labels that are not whole numbers of 0 or more. */
export function parseNpz(bytes: Uint8Array, name: string): SequenceTable {
  const files = unzip(bytes, name);
  const array = (key: string): NpyArray | undefined => {
    const content = files.get(`${key}.npy`);
    return content && readNpy(content, `${name}: ${key}`);
  };
  const x = array('x');
  if (x === undefined)
    throw new InputError(
      `${name}: has no array 'x' (it has ${[...files.keys()].join(', ') || 'nothing'}); save it with ` +
        'numpy.savez(file, x=sequences, y=labels).',
    );
  const [rows, steps, channels = 1] = x.shape;
  if (rows === undefined || steps === undefined || x.shape.length > 3)
    throw new InputError(
      `${name}: x has shape (${x.shape.join(', ')}); expected [rows, steps, inputs] or [rows, steps].`,
    );
  const values = x.values instanceof Float32Array ? x.values : Float32Array.from(x.values);
  const y = array('y');
  const labels = y === undefined ? null : indexLabels(y, rows, name);
  return checkedTable({ name, rows, steps, channels, values, labels, indexLabels: true });
}

function indexLabels(y: NpyArray, rows: number, name: string): string[] {
  const [count, width = 1] = y.shape;
  if (count !== rows || width !== 1 || y.shape.length > 2)
    throw new InputError(`${name}: y has shape (${y.shape.join(', ')}); expected [${rows}], one label a row of x.`);
  return Array.from(y.values, (value, row) => {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new InputError(`${name}: row ${row + 1} of y is ${value}; expected class indices: 0, 1, 2, …`);
    return String(value);
  });
}
