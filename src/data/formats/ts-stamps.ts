/** Time stamps of the .ts format: each value as `(time,value)`, times as numbers or dates. */
import { InputError } from '../../errors.js';
import type { StepTimes } from '../dataset.js';
import { quoted } from '../table.js';
import { compareTimes, readTimes, timesSince } from '../times/read-times.js';

/** Of all series, one after the other. */
export interface TimeStamps {
  readonly texts: string[];
  /** Of the file, from 1. */
  readonly lines: number[];
  /** Where each series begins among them. */
  readonly starts: number[];
}

/** Fields between colons that are not within brackets: dates have colons too. */
export function outsideBrackets(line: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '(') depth += 1;
    else if (line[at] === ')') depth -= 1;
    else if (line[at] === ':' && depth === 0) {
      fields.push(line.slice(start, at));
      start = at + 1;
    }
  }
  return [...fields, line.slice(start)];
}

/** The values of each dimension, and their times kept. @throws InputError for another form, or dimensions at other times. */
export function withoutStamps(fields: readonly string[], stamps: TimeStamps, line: number, place: string): string[] {
  let first: readonly string[] | null = null;
  stamps.starts.push(stamps.texts.length);
  return fields.map((field, dimension) => {
    const pairs = [...field.matchAll(/\(([^()]*),([^(),]*)\)/g)];
    const rest = field.replace(/\([^()]*\)/g, '').replace(/[\s,]/g, '');
    const commas = field.replace(/\([^()]*\)/g, '').replace(/\s/g, '').length;
    if (pairs.length === 0 || rest !== '' || commas !== pairs.length - 1)
      throw new InputError(
        `${place}, dimension ${dimension + 1} is ${quoted(field)}; expected (time,value),(time,value),…`,
      );
    const times = pairs.map((pair) => pair[1]!.trim().replace(/^"(.*)"$/, '$1'));
    if (first === null) {
      first = times;
      stamps.texts.push(...times);
      stamps.lines.push(...times.map(() => line));
    } else if (times.join() !== first.join())
      throw new InputError(`${place}: dimension ${dimension + 1} has other times than dimension 1; all need the same.`);
    return pairs.map((pair) => pair[2]!.trim()).join(',');
  });
}

/** @throws InputError for what is no time, or times that do not rise within a series. */
export function stampedTimes(stamps: TimeStamps, steps: number, name: string, format?: string): StepTimes {
  const { texts, lines, starts } = stamps;
  const columns = {
    ...{ name, names: ['time stamps'], rows: texts.length },
    cell: (_: number, row: number) => texts[row]!,
    place: (row: number) => `line ${lines[row]}`,
  };
  const times = readTimes(columns, 0, format);
  const values = new Float64Array(starts.length * steps);
  starts.forEach((start, series) => {
    const rows = Array.from({ length: (starts[series + 1] ?? texts.length) - start }, (_, step) => start + step);
    const falls = rows.findIndex((row, step) => step > 0 && compareTimes(times, row, row - 1) <= 0);
    if (falls >= 0)
      throw new InputError(
        `${name}: line ${lines[start]}: time stamp ${falls + 1} (${quoted(texts[rows[falls]!]!)}) is not after the one before it.`,
      );
    values.set(timesSince(times, rows), series * steps);
  });
  return { values, unit: times.unit, resolution: times.resolution, format: times.format };
}
