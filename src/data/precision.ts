/** In which precision values are kept: float32, but for channels that lie so far from 0 that it would lose what they vary by. */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { lengthOf } from './lengths.js';
import { momentsOf } from './moments.js';

export type Precision = 'float32' | 'float64';

const LARGEST = 3.4028234663852886e38;
/** Rounding to float32 moves a value by up to 6e-8 of its size: by this ratio, by 6e-5 of the deviation. */
const FARTHEST = 1000;

/**
 * The table in float32, or as it is where that would lose too much.
 * @param wanted unless it is to follow from the values.
 * @throws InputError for a finite value that is beyond float32.
 */
export function inPrecision(table: SequenceTable, wanted?: Precision): SequenceTable {
  const { values } = table;
  if (values instanceof Float32Array) return table;
  checkRange(table);
  if ((wanted ?? precisionOf(table)) === 'float64') return table;
  return { ...table, values: Float32Array.from(values) };
}

function precisionOf(table: SequenceTable): Precision {
  const moments = momentsOf(table.values, table.channels, table);
  const far = moments.some(({ minimum, maximum, deviation }) => {
    const size = Math.max(Math.abs(minimum), Math.abs(maximum));
    // What a constant channel is off by is not divided by anything.
    return size > FARTHEST * (deviation > 0 ? deviation : 1);
  });
  return far ? 'float64' : 'float32';
}

function checkRange(table: SequenceTable): void {
  const { name, values, steps, channels, places, channelNames } = table;
  const index = values.findIndex((value, at) => {
    if (!Number.isFinite(value) || Math.abs(value) <= LARGEST) return false;
    const row = Math.floor(at / (steps * channels));
    return Math.floor(at / channels) % steps < lengthOf(table, row);
  });
  if (index < 0) return;
  const row = Math.floor(index / (steps * channels));
  const step = Math.floor(index / channels) % steps;
  const channel = channels > 1 ? `, channel ${channelNames?.[index % channels] ?? (index % channels) + 1}` : '';
  throw new InputError(
    `${name}: ${places?.[row] === undefined ? '' : `${places[row]}, `}row ${row + 1}, step ${step + 1}${channel} is ` +
      `${values[index]}, which is finite, but beyond what float32 holds (±3.4e38); divide the column by a power of ten, ` +
      'or remove the row.',
  );
}
