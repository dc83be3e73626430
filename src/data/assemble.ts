/** A table from series one by one, which may differ in length. */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';

/**
 * @param series one a row, each [own steps, channels].
 * @returns values [rows, longest, channels], and lengths where they differ.
 * @throws InputError for a series without steps, or if padding would take more memory than there can be.
 */
export function assembleSeries(
  name: string,
  channels: number,
  series: readonly (Float32Array | Float64Array)[],
): Pick<SequenceTable, 'name' | 'rows' | 'steps' | 'channels' | 'values'> & {
  readonly lengths?: Uint32Array;
} {
  const rows = series.length;
  const lengths = Uint32Array.from(series, ({ length }) => length / channels);
  const steps = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const empty = lengths.indexOf(0);
  if (empty >= 0) throw new InputError(`${name}: series ${empty + 1} has no steps; remove it.`);
  const size = rows * steps * channels;
  if (size > 2 ** 31)
    throw new InputError(
      `${name}: ${rows} series of up to ${steps} steps of ${channels} channels take ${size} values when padded to the ` +
        'longest; part the longest series, or the file.',
    );
  const single = series.length > 0 && series.every((own) => own instanceof Float32Array);
  const values = single ? new Float32Array(size) : new Float64Array(size);
  series.forEach((own, row) => {
    values.set(own, row * steps * channels);
  });
  const different = lengths.some((length) => length !== steps);
  return { name, rows, steps, channels, values, ...(different ? { lengths } : {}) };
}

/** Entries one a step, padded to the longest series as the values are. */
export function padSteps<Entry>(series: readonly (readonly Entry[])[], steps: number): (Entry | null)[] {
  return series.flatMap((own) => [...own, ...Array<null>(steps - own.length).fill(null)]);
}
