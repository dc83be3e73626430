/** How numbers are written in text. */

/** Decimal, with a point; not the hexadecimal and other forms that `Number` takes too. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const MISSING: ReadonlySet<string> = new Set(['', '?', 'na', 'n/a', '#n/a', 'nan', '+nan', '-nan', 'null', 'none']);

/** The signs within the numbers of one file. */
export interface NumberStyle {
  readonly decimal: '.' | ',';
  /** Between groups of three digits; null where there are none. */
  readonly thousands: '.' | ',' | null;
  /** Texts that stand for a missing value, beside the usual ones. */
  readonly missing?: readonly string[] | undefined;
}

const GROUPED = { '.': /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/, ',': /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/ } as const;

/** NaN where the text says that there is no value; undefined where it is no number. */
export function parseNumber(field: string, style?: NumberStyle): number | undefined {
  const text = field.trim();
  if (style?.missing?.includes(text)) return Number.NaN;
  const plain = style === undefined ? text : pointed(text, style);
  if (plain !== undefined && DECIMAL.test(plain)) return Number(plain);
  if (isMissing(text)) return Number.NaN;
  const infinite = INFINITE.exec(text);
  if (infinite === null) return undefined;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** With a point for the decimal sign and nothing between thousands; undefined for what the style does not write. */
function pointed(text: string, { decimal, thousands }: NumberStyle): string | undefined {
  let plain = text;
  if (thousands !== null && text.includes(thousands)) {
    if (!GROUPED[thousands].test(text)) return undefined;
    plain = text.replaceAll(thousands, '');
  }
  if (decimal === '.') return plain;
  return plain.includes('.') ? undefined : plain.replace(',', '.');
}

/** An empty field, ?, NA, NaN, null and the like. */
export function isMissing(field: string): boolean {
  return field.length <= 4 && MISSING.has(field.trim().toLowerCase());
}
