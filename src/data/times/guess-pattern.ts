/** Which patterns a column of dates may be written in: all that read every one of them. */
import { patternReader } from './pattern.js';

const DATE = /^(\d{1,4})([/.\- ])(\d{1,2}|[A-Za-z]{3,9})\2(\d{1,4})(?=$|[T ,])/;
const AMERICAN = /^[A-Za-z]{3,9}\.? \d{1,2}, ?\d{4}(?=$|[ ,])/;
const CLOCK = /^(\d{1,2}):(\d{1,2})(:\d{1,2}(?:[.,]\d+)?)?( ?[AaPp]\.?[Mm]\.?)?( ?(?:Z|[+-]\d\d:?\d\d))?$/;

/** @param texts none empty. Patterns are those of `pattern.ts`. */
export function possiblePatterns(texts: readonly string[]): string[] {
  const [first] = texts;
  if (first === undefined) return [];
  return candidates(first).filter((pattern) => {
    const read = patternReader(pattern);
    return texts.every((text) => read(text) !== null);
  });
}

function candidates(text: string): string[] {
  const american = AMERICAN.exec(text)?.[0];
  if (american !== undefined) {
    const date = /, /.test(american) ? 'MMM d, yyyy' : 'MMM d,yyyy';
    return clocks(text.slice(american.length)).map((clock) => date + clock);
  }
  const date = DATE.exec(text);
  if (date === null) return clocks(text, true);
  const [whole, first = '', separator = '', , last = ''] = date;
  const named = /[A-Za-z]/.test(date[3]!);
  const dates = orders(first.length, last.length, named).map((order) => order.join(separator));
  return dates.flatMap((own) => clocks(text.slice(whole.length)).map((clock) => own + clock));
}

function orders(first: number, last: number, named: boolean): string[][] {
  const month = named ? 'MMM' : 'MM';
  if (first > 2) return [['yyyy', month, 'dd']];
  if (last > 2)
    return named
      ? [['dd', month, 'yyyy']]
      : [
          ['dd', 'MM', 'yyyy'],
          ['MM', 'dd', 'yyyy'],
        ];
  if (named)
    return [
      ['dd', month, 'yy'],
      ['yy', month, 'dd'],
    ];
  return [
    ['dd', 'MM', 'yy'],
    ['MM', 'dd', 'yy'],
    ['yy', 'MM', 'dd'],
  ];
}

/** Patterns of what follows a date, the separator included; or of a time of day `alone`. */
function clocks(rest: string, alone = false): string[] {
  if (rest === '') return alone ? [] : [''];
  const separator = alone ? '' : (/^(?:T|,? +|,)/.exec(rest)?.[0] ?? null);
  if (separator === null) return [];
  const clock = CLOCK.exec(rest.slice(separator.length));
  if (clock === null) return [];
  const [, , , seconds, half, zone] = clock;
  const hour = half === undefined ? 'HH' : 'hh';
  const end = `${half === undefined ? '' : half.startsWith(' ') ? ' a' : 'a'}${zone === undefined ? '' : zone.startsWith(' ') ? ' X' : 'X'}`;
  if (seconds !== undefined) return [`${separator}${hour}:mm:ss${end}`];
  // Of a time alone, two fields may be minutes and seconds.
  return [`${separator}${hour}:mm${end}`, ...(alone && half === undefined ? ['mm:ss'] : [])];
}
