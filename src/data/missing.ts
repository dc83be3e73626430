/** What becomes of missing values, which readers leave as NaN: refused, or filled by a named rule. */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { lengthOf } from './lengths.js';

/** Fills one channel of one row in place; false if there is nothing to fill from. */
type Fill = (series: Float32Array | Float64Array, constant: number) => boolean;

/** A gap is filled by the last value before it, one at the start by the first after it. */
const previous: Fill = (series) => {
  let last = series.find((value) => !Number.isNaN(value));
  if (last === undefined) return false;
  series.forEach((value, step) => {
    if (Number.isNaN(value)) series[step] = last!;
    else last = value;
  });
  return true;
};

/** A straight line between the neighbours; held at the ends. */
const linear: Fill = (series) => {
  const known = [...series.keys()].filter((step) => !Number.isNaN(series[step]!));
  if (known.length === 0) return false;
  let next = 0;
  series.forEach((value, step) => {
    if (!Number.isNaN(value)) return;
    while (next < known.length && known[next]! < step) next += 1;
    const after = known[Math.min(next, known.length - 1)]!;
    const before = known[Math.max(next - 1, 0)]!;
    const share = after > before ? Math.min(1, Math.max(0, (step - before) / (after - before))) : 0;
    series[step] = series[before]! + share * (series[after]! - series[before]!);
  });
  return true;
};

const constant: Fill = (series, value) => {
  series.forEach((own, step) => {
    if (Number.isNaN(own)) series[step] = value;
  });
  return true;
};

export const missingRules = ['refuse', 'end', 'previous', 'linear', 'mean', 'value=NUMBER', 'keep'] as const;

/** Rules after which a table may still have missing values. */
export const leavesMissing = (rule: string | undefined): boolean => rule === 'mean' || rule === 'keep';

/** @throws InputError for a rule there is none of. */
export function parseMissing(rule: string): { readonly name: string; readonly value: number } {
  const [name = '', text] = rule.split('=', 2);
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (name === 'value' ? Number.isFinite(value) : text === undefined && missingRules.some((known) => known === name))
    return { name, value };
  throw new InputError(`missing values: got '${rule}'; expected ${missingRules.join(', ')} (a number, as in value=0).`);
}

/**
 * Applies the rules that look at a row alone. `refuse`, `mean` and `keep` leave missing values as they are: those left are
 * refused by `checkedTable`, filled with the training data's means by `applyPreprocessing`, or kept for a model that takes them.
 * @param rule `end`: a row ends after its last step that has any value. `previous`, `linear` and `value=NUMBER` fill.
 */
export function fillMissing(table: SequenceTable, rule = 'refuse'): SequenceTable {
  const { name, value } = parseMissing(rule);
  if (name === 'refuse' || name === 'mean' || name === 'keep' || !table.values.some(Number.isNaN)) return table;
  if (name === 'end') return cutAtEnds(table);
  const fill = name === 'previous' ? previous : name === 'linear' ? linear : constant;
  const { rows, steps, channels } = table;
  const values = table.values.slice();
  for (let row = 0; row < rows; row++)
    for (let channel = 0; channel < channels; channel++) {
      const at = (step: number) => (row * steps + step) * channels + channel;
      const series = Float64Array.from({ length: lengthOf(table, row) }, (_, step) => values[at(step)]!);
      if (!series.some(Number.isNaN)) continue;
      if (!fill(series, value))
        throw new InputError(
          `${table.name}: row ${row + 1} has no value at all${channels > 1 ? ` in channel ${channel + 1}` : ''}, so '${name}' ` +
            'cannot fill it; remove the row, or fill with the mean (--missing mean).',
        );
      series.forEach((filled, step) => {
        values[at(step)] = filled;
      });
    }
  return { ...table, values };
}

function cutAtEnds(table: SequenceTable): SequenceTable {
  const { rows, steps, channels, values } = table;
  const lengths = Uint32Array.from({ length: rows }, (_, row) => {
    let length = lengthOf(table, row);
    const missing = (step: number) => {
      const start = (row * steps + step) * channels;
      return values.subarray(start, start + channels).every(Number.isNaN);
    };
    while (length > 0 && missing(length - 1)) length -= 1;
    return length;
  });
  return lengths.every((length) => length === steps) ? table : { ...table, lengths };
}
