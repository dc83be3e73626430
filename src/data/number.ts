/** How numbers are written in text. */

/** Decimal, with a point; not the hexadecimal and other forms that `Number` takes too. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const MISSING: ReadonlySet<string> = new Set(['', '?', 'na', 'n/a', '#n/a', 'nan', '+nan', '-nan', 'null', 'none']);

/** NaN where the text says that there is no value; undefined where it is no number. */
export function parseNumber(field: string): number | undefined {
  const text = field.trim();
  if (DECIMAL.test(text)) return Number(text);
  if (isMissing(text)) return Number.NaN;
  const infinite = INFINITE.exec(text);
  if (infinite === null) return undefined;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** An empty field, ?, NA, NaN, null and the like. */
export function isMissing(field: string): boolean {
  return field.length <= 4 && MISSING.has(field.trim().toLowerCase());
}
