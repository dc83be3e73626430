/** Points in time as whole nanoseconds since 1970 in UTC: exact, and the same on every machine. */

export const NANOSECONDS = 1_000_000_000n;

/** Fields of a calendar date and a time of day as they are written. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  /** Digits behind the point of the second. */
  readonly fraction?: string;
  /** Minutes east of UTC; 0 unless given. */
  readonly offset?: number;
}

/** Null for what no calendar has (30 February, 25 hours), or digits beyond the nanosecond. Gregorian throughout. */
export function instantOf(time: CivilTime): bigint | null {
  const { year, month, day, hour = 0, minute = 0, second = 0, fraction = '', offset = 0 } = time;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const midnight = hour === 24 && minute === 0 && second === 0 && !/[1-9]/.test(fraction);
  if ((hour > 23 && !midnight) || minute > 59 || second > 59 || /[1-9]/.test(fraction.slice(9))) return null;
  const seconds = daysSinceEpoch(year, month, day) * 86400 + hour * 3600 + (minute - offset) * 60 + second;
  return BigInt(seconds) * NANOSECONDS + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

/** As ISO 8601 writes it, in UTC; without the time of day where it is midnight. */
export function isoText(nanoseconds: bigint): string {
  const seconds = nanoseconds / NANOSECONDS - (nanoseconds % NANOSECONDS < 0n ? 1n : 0n);
  const rest = nanoseconds - seconds * NANOSECONDS;
  const whole = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, '');
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  return (whole + fraction).replace(/T00:00:00$/, '');
}

/** Howard Hinnant, "chrono-compatible low-level date algorithms": days_from_civil. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}
