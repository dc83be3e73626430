/** How every reader ends: a table that is not empty and holds finite numbers only. */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';

/** @throws InputError naming the first row and step that is not a finite float32, or if there are no values at all. */
export function checkedTable(table: SequenceTable): SequenceTable {
  const { name, rows, steps, channels, values } = table;
  if (rows === 0 || steps === 0 || channels === 0)
    throw new InputError(`${name}: holds no sequences (${rows} rows × ${steps} steps × ${channels} channels).`);
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return table;
  const row = Math.floor(index / (steps * channels));
  const step = Math.floor(index / channels) % steps;
  const channel = channels > 1 ? `, channel ${(index % channels) + 1}` : '';
  throw new InputError(
    `${name}: row ${row + 1}, step ${step + 1}${channel} is ${values[index]}; every value must be a finite number. ` +
      'Remove the row or fill in the missing value.',
  );
}

/** `text` quoted for an error message, shortened if long. */
export function quoted(text: string): string {
  return text.length > 40 ? `'${text.slice(0, 40)}…'` : `'${text}'`;
}
