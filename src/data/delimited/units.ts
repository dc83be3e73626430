/** A line of units below the names of the columns. */
import { isMissing, type NumberStyle, parseNumber } from '../number.js';

const UNIT = /^[[(]?\s*(?:[a-zA-ZµμΩ°%‰Å][\w µμΩ°%‰Å²³⁻¹·*^/()-]{0,15}|1\/[a-zA-Z]\w*)\s*[\])]?$/u;

/**
 * The units of each column, if that is what the first record below the names holds: texts over columns of numbers.
 * @param rows of fields below the names.
 */
export function unitsOf(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  style: NumberStyle,
): (string | null)[] | null {
  const [first, ...others] = rows;
  if (first === undefined || others.length === 0) return null;
  // The names once more are damage, or two files in one.
  if (first.some((field, column) => field.trim() !== '' && field.trim() === names[column]!.trim())) return null;
  const sample = others.slice(0, 100);
  const isNumber = (field: string) => !isMissing(field) && parseNumber(field, style) !== undefined;
  const numeric = [...first.keys()].filter(
    (column) =>
      sample.some((row) => isNumber(row[column]!)) &&
      sample.every((row) => isMissing(row[column]!) || isNumber(row[column]!)),
  );
  const texts = numeric.filter((column) => UNIT.test(first[column]!.trim()) && !isMissing(first[column]!));
  const unlike = numeric.some(
    (column) => !texts.includes(column) && first[column]!.trim() !== '' && first[column]!.trim() !== '-',
  );
  if (texts.length === 0 || unlike || 2 * texts.length < numeric.length) return null;
  return first.map((field) => {
    const own = field.trim().replace(/^[[(]\s*(.*?)\s*[\])]$/, '$1');
    return own === '' || own === '-' ? null : own;
  });
}
