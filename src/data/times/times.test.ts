import { describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import { parseTable } from '../formats/table.js';
import type { Reading } from '../reading.js';
import { instantOf, isoText } from './instant.js';
import { isoTime } from './iso.js';
import { patternReader } from './pattern.js';

const read = (times: string[], reading: Reading = {}) => {
  const text = `id,time,x\n${times.map((time, index) => `1,${time},${index}`).join('\n')}\n`;
  return parseTable(new TextEncoder().encode(text), 'a.csv', reading);
};

describe('instants', () => {
  it('are those of the calendar that Date knows, and of no other day', () => {
    for (let day = -800_000; day < 800_000; day += 1237) {
      const date = new Date(day * 86_400_000);
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
      expect(instantOf(civil)).toBe(BigInt(day) * 86_400_000_000_000n);
    }
    for (const [year, month, day] of [
      [2023, 2, 29],
      [1900, 2, 29],
      [2024, 13, 1],
      [2024, 4, 31],
    ] as const)
      expect(instantOf({ year, month, day })).toBeNull();
  });

  it('read ISO 8601 to the nanosecond, with a zone or as UTC', () => {
    const of = (text: string) => isoTime(text)?.nanoseconds;
    const noon = of('2024-05-01T12:00:00Z')!;
    for (const same of [
      '2024-05-01 12:00',
      '2024-05-01T14:00:00+02:00',
      '2024-05-01T06:30:00-0530',
      '20240501T120000Z',
    ])
      expect(of(same), same).toBe(noon);
    expect(of('2024-05-01T12:00:00.000000001')).toBe(noon + 1n);
    expect(of('2024-05-01T12:00:00,5')).toBe(noon + 500_000_000n);
    for (const none of ['2024-05-01T25:00', '2024-5-1', '12:00', '2024-05-01T12:00:00.0000000001', ''])
      expect(of(none), none).toBeUndefined();
    expect(isoText(noon - 1n)).toBe('2024-05-01T11:59:59.999999999');
  });

  it('read patterns', () => {
    const same = (pattern: string, text: string, iso: string) =>
      expect(patternReader(pattern)(text)?.nanoseconds, pattern).toBe(isoTime(iso)!.nanoseconds);
    same('dd/MM/yyyy HH:mm:ss.SSS', '03/02/2024 10:00:01.250', '2024-02-03T10:00:01.25');
    same('MM/dd/yy hh:mm a', '2/3/24 12:05 am', '2024-02-03T00:05');
    same('dd-MMM-yyyy', '03-Feb-2024', '2024-02-03');
    same('yyyyMMddHHmmss', '20240203100000', '2024-02-03T10:00');
    same("yyyy.MM.dd'T'HH:mmXXX", '2024.02.03T10:00+01:00', '2024-02-03T09:00');
    expect(patternReader('dd/MM/yyyy')('31/02/2024')).toBeNull();
    expect(patternReader('hh:mm a')('13:00 pm')).toBeNull();
    for (const wrong of ['dd/QQ/yyyy', 'dd/dd/yyyy', '---']) expect(() => patternReader(wrong)).toThrow(InputError);
  });
});

describe('a column of times', () => {
  it.each<[string, string[], Reading, number[], string | null]>([
    ['numbers', ['0.1', '0.2', '0.4'], {}, [0, 0.1, 0.3], null],
    ['ISO, microseconds', ['2024-05-01T10:00:00.000000', '2024-05-01T10:00:00.000100'], {}, [0, 1e-4], 's'],
    ['epoch nanoseconds', ['1700000000000000000', '1700000000000000100'], {}, [0, 100], 'ns'],
    ['days above 12', ['13/01/2024', '02/02/2024'], {}, [0, 20 * 86400], 's'],
    ['months above 12 in American order', ['02/12/2024', '02/13/2024'], {}, [0, 86400], 's'],
    ['a pattern', ['01/02/2024', '02/02/2024'], { timeFormat: 'dd/MM/yyyy' }, [0, 86400], 's'],
    ['the other pattern', ['01/02/2024', '02/02/2024'], { timeFormat: 'MM/dd/yyyy' }, [0, 31 * 86400], 's'],
    ['a time of day', ['10:00:00.250', '10:00:01.250'], {}, [0, 1], 's'],
    ['across the change of clocks', ['2024-03-31 01:45:00', '2024-03-31 02:15:00'], {}, [0, 1800], 's'],
    ['days as numbers', ['20240131', '20240201'], { timeFormat: 'yyyyMMdd' }, [0, 86400], 's'],
  ])('%s', async (_, times, reading, expected, unit) => {
    const table = await read(times, reading);
    expect([...table.times!.values]).toEqual(expected);
    expect(table.times!.unit).toBe(unit);
  });

  it.each<[string, string[], Reading, RegExp]>([
    [
      'a date of two readings',
      ['04/01/2024', '05/02/2024'],
      {},
      /2024-01-04 \(--time-format 'dd\/MM\/yyyy'\) or 2024-04-01/,
    ],
    ['with points too', ['04.01.2024 10:00', '05.02.2024 10:00'], {}, /dd\.MM\.yyyy HH:mm.* or .*MM\.dd\.yyyy HH:mm/],
    ['numbers that may be days', ['20240131', '20240201'], {}, /yyyyMMdd.*number/],
    ['hours or minutes', ['10:00', '10:15'], {}, /HH:mm.*mm:ss/],
    ['a word among dates', ['2024-01-01', 'soon'], {}, /line 3, time column 'time' is 'soon'/],
    ['another form than said', ['2024-01-01'], { timeFormat: 'dd/MM/yyyy' }, /as dd\/MM\/yyyy says/],
    ['none', ['1', ''], {}, /line 3.*is empty/],
  ])('refuses %s', async (_, times, reading, message) => {
    await expect(read(times, reading)).rejects.toThrow(message);
    await expect(read(times, reading)).rejects.toThrow(InputError);
  });
});
