/** Dates and times of ISO 8601 (RFC 3339, and its basic form); without a zone they are UTC. */
import { instantOf } from './instant.js';

const ZONE = '(Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)?';
const EXTENDED = new RegExp(
  `^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[Tt ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)? ?${ZONE})?$`,
  'i',
);
const BASIC = new RegExp(`^(\\d{4})(\\d\\d)(\\d\\d)[Tt](\\d\\d)(\\d\\d)(?:(\\d\\d)(?:[.,](\\d+))?)?${ZONE}$`, 'i');

export interface ReadTime {
  readonly nanoseconds: bigint;
  /** Seconds that the last field or digit written stands for. */
  readonly resolution: number;
}

/** Null for what is no such date. */
export function isoTime(text: string): ReadTime | null {
  const found = EXTENDED.exec(text) ?? BASIC.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = found;
  const nanoseconds = instantOf({
    ...{ year: Number(year), month: Number(month), day: Number(day) },
    ...{ hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Number(second ?? 0) },
    ...{ fraction: fraction ?? '', offset: offsetOf(zone) },
  });
  return nanoseconds === null ? null : { nanoseconds, resolution: resolutionOf(hour, second, fraction) };
}

export function resolutionOf(hour: string | undefined, second: string | undefined, fraction: string | undefined) {
  if (fraction !== undefined) return 10 ** -fraction.length;
  if (second !== undefined) return 1;
  return hour === undefined ? 86400 : 60;
}

/** Minutes east of UTC. */
export function offsetOf(zone: string | undefined): number {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '');
  if (found === null) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3] ?? 0));
}
