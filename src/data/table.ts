/** How every reader ends: a table that is not empty and holds finite numbers only. */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { clearBeyondEnds } from './lengths.js';

/** @throws InputError naming the first row and step that is not a finite float32, or if there are no values at all. */
export function checkedTable(table: SequenceTable, missingAllowed = false): SequenceTable {
  const { name, rows, steps, channels, values, lengths } = table;
  if (rows === 0 || steps === 0 || channels === 0)
    throw new InputError(`${name}: holds no sequences (${rows} rows × ${steps} steps × ${channels} channels).`);
  const outside = lengths?.findIndex((length) => length < 1 || length > steps) ?? -1;
  if (outside >= 0)
    throw new InputError(
      `${name}: row ${outside + 1} lasts ${lengths?.[outside]} steps; expected 1 to ${steps}. Remove the row.`,
    );
  clearBeyondEnds(values, channels, table);
  if (table.times) clearBeyondEnds(table.times.values, 1, table);
  const index = values.findIndex((value) => !Number.isFinite(value) && !(missingAllowed && Number.isNaN(value)));
  if (index < 0) return checkedTargets(table);
  const row = Math.floor(index / (steps * channels));
  const step = Math.floor(index / channels) % steps;
  const channel = channels > 1 ? `, channel ${(index % channels) + 1}` : '';
  throw new InputError(
    `${name}: row ${row + 1}, step ${step + 1}${channel} is ${values[index]}; every value must be a finite number. ` +
      (Number.isNaN(values[index])
        ? 'Remove the row, or fill in missing values (--missing previous, linear, mean or value=0; end, if rows end early).'
        : 'Remove the row.'),
  );
}

function checkedTargets(table: SequenceTable): SequenceTable {
  const { name, targets, steps } = table;
  const index = targets?.values.findIndex((value) => !Number.isFinite(value)) ?? -1;
  if (!targets || index < 0) return table;
  const at = Math.floor(index / targets.width);
  const place = targets.per === 'row' ? `row ${at + 1}` : `row ${Math.floor(at / steps) + 1}, step ${(at % steps) + 1}`;
  throw new InputError(`${name}: ${place} has target ${targets.values[index]}; every target must be a finite number.`);
}

/** `text` quoted for an error message, shortened if long. */
export function quoted(text: string): string {
  return text.length > 40 ? `'${text.slice(0, 40)}…'` : `'${text}'`;
}
