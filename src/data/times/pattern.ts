/** Dates in a form that a pattern says, in the letters of Unicode's date patterns (UTS 35): `dd/MM/yyyy HH:mm:ss.SSS`. */
import { InputError } from '../../errors.js';
import { instantOf } from './instant.js';
import { offsetOf, type ReadTime, resolutionOf } from './iso.js';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What each run of letters stands for. One letter and two read alike: one digit or two. */
const tokens: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<shortYear>\\d{2})',
  MMMM: '(?<monthName>[A-Za-z]{3,9})\\.?',
  MMM: '(?<monthName>[A-Za-z]{3,9})\\.?',
  MM: '(?<month>\\d{1,2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{1,2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{1,2})',
  H: '(?<hour>\\d{1,2})',
  hh: '(?<hour>\\d{1,2})',
  h: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{1,2})',
  m: '(?<minute>\\d{1,2})',
  ss: '(?<second>\\d{1,2})(?:[.,](?<fraction>\\d+))?',
  s: '(?<second>\\d{1,2})(?:[.,](?<fraction>\\d+))?',
  a: '(?<half>[AaPp]\\.?[Mm]\\.?)',
  XXX: '(?<zone>Z|[+-]\\d\\d:?\\d\\d)',
  X: '(?<zone>Z|[+-]\\d\\d(?::?\\d\\d)?)',
  Z: '(?<zone>Z|[+-]\\d\\d(?::?\\d\\d)?)',
};

/**
 * A function that reads such texts; null for a text of another form, or no date.
 * A second may always have digits behind a point. Without a date the times are of one day.
 * @throws InputError for letters that stand for nothing.
 */
export function patternReader(pattern: string): (text: string) => ReadTime | null {
  const compact = /^[yMdHms]+$/.test(pattern);
  const source = pattern.replace(/[.,]S+/g, '').replace(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+/g, (part, literal) => {
    if (typeof literal === 'string') return escaped(literal);
    if (!/^[A-Za-z]/.test(part)) return escaped(part).replace(/ +/g, ' +');
    if (part === 'T') return 'T';
    const token = Object.hasOwn(tokens, part) ? tokens[part]! : undefined;
    if (token === undefined)
      throw new InputError(
        `time format '${pattern}': '${part}' stands for nothing; expected yyyy, MM, dd, HH, mm, ss, SSS, a and the like, ` +
          'or iso, number, epoch-s, epoch-ms, epoch-us or epoch-ns',
      );
    // Without separators every field has the digits that its letters count.
    return compact ? token.replace('{1,2}', '{2}').replace(/\(\?:\[\.,\].*$/, '') : token;
  });
  let form: RegExp;
  try {
    form = new RegExp(`^${source}$`);
  } catch {
    throw new InputError(`time format '${pattern}': says one field twice; expected each once`);
  }
  if (!/\?<(hour|minute|second|day|year|shortYear)>/.test(source))
    throw new InputError(`time format '${pattern}': says no time; expected a pattern as dd/MM/yyyy HH:mm:ss`);
  return (text) => {
    const groups = form.exec(text)?.groups;
    return groups === undefined ? null : timeOf(groups);
  };
}

function timeOf(groups: Readonly<Record<string, string | undefined>>): ReadTime | null {
  const { year, shortYear, month, monthName, day, hour, minute, second, fraction, half, zone } = groups;
  const number = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Number(text));
  const named = monthName === undefined ? -1 : months.indexOf(monthName.slice(0, 3).toLowerCase());
  if (monthName !== undefined && named < 0) return null;
  const nanoseconds = instantOf({
    year: shortYear === undefined ? number(year, 1970) : 2000 + Number(shortYear) - (Number(shortYear) > 68 ? 100 : 0),
    month: monthName === undefined ? number(month, 1) : named + 1,
    day: number(day, 1),
    hour: hourOf(number(hour, 0), half),
    ...{ minute: number(minute, 0), second: number(second, 0), fraction: fraction ?? '', offset: offsetOf(zone) },
  });
  const resolution = resolutionOf(hour ?? minute, second, fraction);
  return nanoseconds === null ? null : { nanoseconds, resolution };
}

/** Of the twelve-hour clock where there is a half of the day; no hour at all for its 0 and 13. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return 99;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
