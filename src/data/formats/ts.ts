/**
 * The .ts format of the UEA & UCR archives (aeon's documentation, "File formats"): lines of metadata that begin with @,
 * then a series a line: its dimensions separated by colons, each a list of numbers, and the class label or target last.
 */
import { InputError } from '../../errors.js';
import { assembleSeries } from '../assemble.js';
import type { SequenceTable } from '../dataset.js';
import { parseNumber } from '../number.js';
import type { Reading } from '../reading.js';
import { quoted } from '../table.js';
import { decodeText } from '../text.js';
import { outsideBrackets, stampedTimes, type TimeStamps, withoutStamps } from './ts-stamps.js';

interface Header {
  readonly dimensions: number | null;
  readonly seriesLength: number | null;
  /** Declared classes; null where there are none. */
  readonly classes: ReadonlySet<string> | null;
  /** The last field is a number to predict. */
  readonly target: boolean;
  readonly timeStamps: boolean;
  /** What says how many dimensions there are. */
  readonly declared: string | null;
}

/** @throws InputError naming the line, for what is not as the metadata say. */
export function parseTs(bytes: Uint8Array, name: string, reading: Reading = {}): SequenceTable {
  const lines = decodeText(bytes, name).split('\n');
  const begin = lines.findIndex((line) => line.trim().toLowerCase() === '@data');
  if (begin < 0) throw new InputError(`${name}: has no line @data; expected a .ts file of the UEA and UCR archives.`);
  const header = readHeader(lines.slice(0, begin), name);
  const answered = header.classes !== null || header.target;
  const answers: string[] = [];
  const series: Float64Array[] = [];
  const places: string[] = [];
  const stamps: TimeStamps = { texts: [], lines: [], starts: [] };
  let { dimensions } = header;
  for (let index = begin + 1; index < lines.length; index++) {
    const line = lines[index]!.trim();
    if (line === '' || line.startsWith('#')) continue;
    const place = `${name}: line ${index + 1}`;
    const fields = header.timeStamps ? outsideBrackets(line) : line.split(':');
    if (answered) answers.push(checkedAnswer(fields.pop()!.trim(), header, place));
    else refuseUndeclaredLabel(fields, place);
    dimensions ??= fields.length;
    if (fields.length !== dimensions)
      throw new InputError(
        `${place} has ${fields.length} dimension${fields.length === 1 ? '' : 's'}${answered ? ' before its answer' : ''}; ` +
          `expected ${dimensions}${header.declared === null ? ', as the first series has' : ` (${header.declared})`}.`,
      );
    places.push(`line ${index + 1}`);
    series.push(
      readSeries(
        header.timeStamps ? withoutStamps(fields, stamps, index + 1, place) : fields,
        header.seriesLength,
        place,
      ),
    );
  }
  const table = assembleSeries(name, dimensions ?? 1, series);
  return {
    ...{ ...table, places },
    ...(header.timeStamps && { times: stampedTimes(stamps, table.steps, name, reading.timeFormat) }),
    labels: header.classes === null || reading.answersIgnored ? null : answers,
    ...(reading.legacy ? {} : { labelsAre: 'texts' as const }),
    report: { layout: 'array', layoutReason: 'a series a line', header: null, columns: [], notes: [] },
    ...(header.target && { targets: { values: Float32Array.from(answers, Number), width: 1, per: 'row' as const } }),
  };
}

function readHeader(lines: readonly string[], name: string): Header {
  const found = new Map<string, string[]>();
  lines.forEach((line, index) => {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return;
    if (!text.startsWith('@'))
      throw new InputError(`${name}: line ${index + 1} is ${quoted(text)}; expected @ and a name before @data.`);
    const [key = '', ...values] = text.slice(1).split(/\s+/);
    if (found.has(key.toLowerCase())) throw new InputError(`${name}: line ${index + 1}: @${key} is given twice.`);
    found.set(key.toLowerCase(), values);
  });
  const flag = (key: string): boolean => {
    const [value] = found.get(key) ?? [];
    if (value === undefined || /^false$/i.test(value)) return false;
    if (/^true$/i.test(value)) return true;
    throw new InputError(`${name}: @${key} is ${quoted(value)}; expected true or false.`);
  };
  const count = (key: string): number | null => {
    const [value] = found.get(key) ?? [];
    if (value === undefined) return null;
    if (!/^[1-9]\d{0,8}$/.test(value)) throw new InputError(`${name}: @${key} is ${quoted(value)}; expected a count.`);
    return Number(value);
  };
  const said = count('dimensions') ?? count('dimension');
  const univariate = flag('univariate');
  const dimensions = said ?? (univariate ? 1 : null);
  const classes = flag('classlabel') ? new Set(found.get('classlabel')!.slice(1)) : null;
  return {
    dimensions,
    seriesLength: flag('equallength') ? count('serieslength') : null,
    classes,
    target: flag('targetlabel'),
    timeStamps: flag('timestamps'),
    declared: said !== null ? `@dimensions ${said}` : univariate ? '@univariate true' : null,
  };
}

function checkedAnswer(answer: string, { classes, target }: Header, place: string): string {
  if (classes !== null && !classes.has(answer))
    throw new InputError(
      `${place} has label ${quoted(answer)}, which is none of its @classLabel: ${[...classes].slice(0, 20).join(', ')}.`,
    );
  if (target && !Number.isFinite(parseNumber(answer) ?? Number.NaN))
    throw new InputError(`${place} has target ${quoted(answer)}; expected a number.`);
  return answer;
}

/** @throws InputError for a last field that is no list of numbers, where no label is declared. */
function refuseUndeclaredLabel(fields: readonly string[], place: string): void {
  const last = fields.at(-1)!.trim();
  if (fields.length < 2 || last.includes(',') || last === '' || parseNumber(last) !== undefined) return;
  throw new InputError(
    `${place} ends with ${quoted(last)}, which looks like a label, and the metadata declare none (@classLabel false); write ` +
      '@classLabel true and the classes after it.',
  );
}

/** [steps, dimensions] */
function readSeries(dimensions: readonly string[], seriesLength: number | null, place: string): Float64Array {
  const lists = dimensions.map((dimension) => dimension.split(','));
  const steps = lists[0]!.length;
  const series = new Float64Array(steps * lists.length);
  lists.forEach((list, dimension) => {
    const expected = seriesLength ?? steps;
    if (list.length !== expected)
      throw new InputError(
        `${place}, dimension ${dimension + 1} has ${list.length} steps; expected ${expected}` +
          `${seriesLength === null ? ', as its first dimension' : ' (@seriesLength)'}.`,
      );
    list.forEach((field, step) => {
      const value = parseNumber(field);
      if (value === undefined)
        throw new InputError(
          `${place}, dimension ${dimension + 1}, step ${step + 1} is ${quoted(field)}; expected a number.`,
        );
      series[step * lists.length + dimension] = value;
    });
  });
  return series;
}
