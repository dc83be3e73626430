/** Numbers as they are written, with all their digits. */

/** A whole number of units of 10^−digits. */
export interface Decimal {
  readonly scaled: bigint;
  readonly digits: number;
}

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)$/;
const MOST_DIGITS = 40;

/** Null for what is no plain decimal number: an exponent, a word, more digits than any clock has. */
export function decimalOf(text: string): Decimal | null {
  const found = DECIMAL.exec(text);
  if (found === null || text.length > MOST_DIGITS) return null;
  const [, sign, whole = '', fraction = ''] = found;
  if (whole === '' && fraction === '') return null;
  const scaled = BigInt(whole + fraction);
  return { scaled: sign === '-' ? -scaled : scaled, digits: fraction.length };
}
