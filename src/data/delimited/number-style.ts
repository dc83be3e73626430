/** Whether the numbers of a text have a point or a comma for the decimal sign, and what stands between thousands. */
import type { NumberStyle } from '../number.js';
import { isMissing } from '../number.js';
import { refuseBoth } from '../refuse-both.js';

type Sign = '.' | ',';

const PLAIN = /^[+-]?\d+(?:[eE][+-]?\d+)?$/;
const FORMS = {
  '.': {
    decimal: /^[+-]?\d*\.\d*(?:[eE][+-]?\d+)?$/,
    grouped: /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$/,
    severalGroups: /^[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}$/,
    both: /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+,\d+$/,
  },
  ',': {
    decimal: /^[+-]?\d*,\d*(?:[eE][+-]?\d+)?$/,
    grouped: /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/,
    severalGroups: /^[+-]?[1-9]\d{0,2}(?:,\d{3}){2,}$/,
    both: /^[+-]?[1-9]\d{0,2}(?:,\d{3})+\.\d+$/,
  },
} as const;

/** What the numbers of a text were seen to be, and an example of each. */
interface Seen {
  /** A decimal sign for certain. */
  readonly decimal: Record<Sign, string | null>;
  /** A sign between thousands for certain. */
  readonly thousands: Record<Sign, string | null>;
  /** `1,525`: either. */
  readonly either: Record<Sign, string | null>;
  /** A whole number below 1000. */
  small: string | null;
}

/**
 * @param rows of fields, the names left out.
 * @param given the decimal sign, where it was said.
 * @throws InputError where a sign could be either, with both commands, or where the text has both.
 */
export function numberStyle(rows: readonly (readonly string[])[], name: string, given?: Sign): NumberStyle {
  const seen = look(rows);
  const other = (sign: Sign): Sign => (sign === '.' ? ',' : '.');
  const style = (decimal: Sign): NumberStyle => ({
    decimal,
    thousands: (seen.thousands[other(decimal)] ?? seen.either[other(decimal)]) ? other(decimal) : null,
  });
  if (given !== undefined) return style(given);
  const certain = (['.', ','] as const).filter((sign) => seen.decimal[sign] ?? seen.thousands[other(sign)]);
  if (certain.length === 2)
    // The cell that does not fit is refused with its place.
    return { decimal: seen.decimal['.'] === null ? ',' : '.', thousands: null };
  if (certain[0] !== undefined) return style(certain[0]);
  const comma = seen.either[','];
  // Points are decimal signs, but for whole numbers below a thousand beside them.
  const point = seen.either['.'] !== null && seen.small !== null && comma === null ? seen.either['.'] : null;
  const unclear = comma ?? point;
  if (unclear === null) return { decimal: '.', thousands: null };
  const plain = unclear.replace(/[.,]/g, '');
  const fraction = unclear.replace(',', '.');
  throw refuseBoth(name, `the number ${unclear} could be ${plain} or ${fraction}`, [
    { flags: `--decimal ${comma === null ? 'comma' : 'point'}`, says: `reads ${plain}` },
    { flags: `--decimal ${comma === null ? 'point' : 'comma'}`, says: `reads ${fraction}` },
  ]);
}

function look(rows: readonly (readonly string[])[]): Seen {
  const none = () => ({ '.': null, ',': null });
  const seen: Seen = { decimal: none(), thousands: none(), either: none(), small: null };
  const width = rows[0]?.length ?? 0;
  for (let column = 0; column < width; column++) {
    const fields = rows.map((row) => row[column]?.trim() ?? '');
    // A column of texts or dates says nothing of numbers.
    if (fields.every((field) => isMissing(field) || isNumeric(field))) for (const field of fields) note(seen, field);
  }
  return seen;
}

function isNumeric(field: string): boolean {
  return PLAIN.test(field) || (['.', ','] as const).some((sign) => formOf(field, sign) !== null) || /inf/i.test(field);
}

function formOf(field: string, sign: Sign): 'decimal' | 'thousands' | 'either' | null {
  const { decimal, grouped, severalGroups, both } = FORMS[sign];
  if (both.test(field) || severalGroups.test(field)) return 'thousands';
  if (grouped.test(field)) return 'either';
  return decimal.test(field) ? 'decimal' : null;
}

function note(seen: Seen, field: string): void {
  if (PLAIN.test(field)) {
    if (seen.small === null && /^[+-]?\d{1,3}$/.test(field)) seen.small = field;
    return;
  }
  for (const sign of ['.', ','] as const) {
    if (!field.includes(sign)) continue;
    const form = formOf(field, sign);
    if (form !== null) seen[form][sign] ??= field;
  }
}
