/**
 * NumPy archives (numpy.savez): `x` [rows, steps, channels] or [rows, steps], and where there are: `y` [rows], class indices
 * or texts, or [rows, steps] for a class each step (negative: none); `lengths` [rows]; `groups` [rows]; targets [rows],
 * [rows, width] or [rows, steps, width] under the keys given.
 */
import { InputError } from '../errors.js';
import type { SequenceTable, Targets } from './dataset.js';
import { type NpyArray, readNpy } from './npy.js';
import { inPrecision } from './precision.js';
import type { Reading } from './reading.js';
import type { ColumnReport, ReadingReport } from './reading-report.js';
import { checkedTable } from './table.js';
import { unzip } from './zip.js';

/** @throws InputError as `readNpz`, and for values that are missing or not finite. */
export function parseNpz(bytes: Uint8Array, name: string, reading: Reading = {}): SequenceTable {
  return checkedTable(inPrecision(readNpz(bytes, name, reading), reading.precision));
}

/** @throws InputError for a damaged file, arrays of other shapes, or labels that are not whole numbers of 0 or more. */
export function readNpz(bytes: Uint8Array, name: string, reading: Reading): SequenceTable {
  const files = unzip(bytes, name);
  /** @param required whether the key was asked for, and is not an answer that may be absent. */
  const array = (key: string, required: boolean): NpyArray | undefined => {
    const content = files.get(`${key}.npy`);
    if (content === undefined && required) throw noArray(name, key, [...files.keys()]);
    return content && readNpy(content(), `${name}: ${key}`);
  };
  const answer = (key: string | undefined, usual: string) =>
    array(key ?? usual, key !== undefined && reading.answersOptional !== true);
  const x = inOrder(array(reading.channelColumns?.[0] ?? 'x', true)!, reading.axes);
  const [rows, steps, channels = 1] = x.shape;
  if (rows === undefined || steps === undefined || x.shape.length > 3 || x.texts)
    throw new InputError(
      `${name}: x has shape (${x.shape.join(', ')})${x.texts ? ' of texts' : ''}; expected numbers [rows, steps, inputs] ` +
        'or [rows, steps].',
    );
  const targetKeys = reading.targetColumns ?? [];
  const y =
    targetKeys.includes('y') && reading.labelColumn === undefined ? undefined : answer(reading.labelColumn, 'y');
  const yKey = reading.labelColumn ?? 'y';
  const lengths = array('lengths', false);
  const groups = answer(reading.groupColumn, 'groups');
  const targets = targetKeys.flatMap((key) => array(key, reading.answersOptional !== true) ?? []);
  return {
    ...{ name, rows, steps, channels },
    values: x.values instanceof Float32Array ? x.values : Float64Array.from(x.values),
    ...(reading.answersIgnored ? { labels: null } : labelsOf(y, rows, steps, name, reading)),
    report: reportOf(reading, x.shape, channels, [...(y ? [yKey] : [])]),
    ...(lengths && { lengths: wholeNumbers(lengths, rows, `${name}: lengths`) }),
    ...(groups && { groups: textsOf(groups, rows, `${name}: groups`) }),
    ...(targets.length > 0 && { targets: targetsOf(targets, rows, steps, name) }),
  };
}

function noArray(name: string, key: string, present: readonly string[]): InputError {
  const keys = present.map((file) => file.replace(/\.npy$/, ''));
  const x =
    keys.find((own) => /^x[_-]?train$/i.test(own)) ?? keys.find((own) => /^(x|data|inputs|features|series)/i.test(own));
  const y = keys.find((own) => /^y[_-]?train$/i.test(own)) ?? keys.find((own) => /^(y|labels?|targets?)/i.test(own));
  const flags = [
    ...(x === undefined ? [] : [`--channel-columns ${x}`]),
    ...(y === undefined ? [] : [`--label-column ${y}`]),
  ];
  const advice =
    flags.length === 0
      ? 'or give its key (--channel-columns KEY --label-column KEY)'
      : `or give the keys: ${flags.join(' ')}`;
  return new InputError(
    `${name}: has no array '${key}' (it has ${present.join(', ') || 'nothing'}); save it with ` +
      `numpy.savez(file, x=sequences, y=labels), ${advice}.`,
  );
}

/** [rows, steps, channels] from [rows, channels, steps], where the axes are said to be so. */
function inOrder(array: NpyArray, axes: string | undefined): NpyArray {
  const [rows = 0, channels = 0, steps] = array.shape;
  if (axes !== 'rows,channels,steps' || steps === undefined || array.texts) return array;
  const values = array.values.slice();
  for (let index = 0; index < values.length; index++) {
    const row = Math.floor(index / (steps * channels));
    const [step, channel] = [Math.floor(index / channels) % steps, index % channels];
    values[index] = array.values[(row * channels + channel) * steps + step]!;
  }
  return { ...array, shape: [rows, steps, channels], values };
}

function reportOf(
  { axes }: Reading,
  shape: readonly number[],
  channels: number,
  labels: readonly string[],
): ReadingReport {
  const steps = shape[1] ?? 1;
  const notes =
    shape.length === 3 && steps < channels
      ? [
          `x is read as ${steps} steps of ${channels} channels; if its axes are rows, channels, steps: ` +
            `--axes ${axes === 'rows,channels,steps' ? 'rows,steps,channels' : 'rows,channels,steps'}`,
        ]
      : [];
  const reason = shape.length === 3 ? `axes ${axes ?? 'rows,steps,channels'}` : 'axes rows,steps';
  const columns: ColumnReport[] = [
    ...Array.from({ length: channels }, (_, channel) => ({
      ...{ name: `channel ${channel + 1}`, role: 'channel' as const, reason: 'of the array', channel, step: null },
      flag: '--channel-columns',
    })),
    ...labels.map((name) => ({ name, role: 'label' as const, reason: 'its key', flag: '--label-column' })),
  ];
  return { layout: 'array', layoutReason: `${reason} (--axes)`, header: null, columns, notes };
}

type Labels = Pick<SequenceTable, 'labels' | 'labelsAre' | 'indexLabels' | 'stepLabels'>;

function isOneHot({ values }: NpyArray, width: number): boolean {
  let sum = 0;
  return Array.from(values).every((value, index) => {
    sum = index % width === 0 ? value : sum + value;
    return (value === 0 || value === 1) && (index % width < width - 1 || sum === 1);
  });
}

function labelsOf(
  y: NpyArray | undefined,
  rows: number,
  steps: number,
  name: string,
  { legacy = false }: Reading,
): Labels {
  if (y === undefined) return { labels: null, indexLabels: true };
  const [count, width = 1] = y.shape;
  if (count === rows && y.shape.length === 2 && width > 1 && width !== steps && isOneHot(y, width))
    throw new InputError(
      `${name}: y has shape (${y.shape.join(', ')}), each row one 1 among zeros: one-hot classes. Save the class of each row ` +
        'instead: y=y.argmax(axis=1); or, if these are numbers to predict, name them (--target-columns y).',
    );
  if (count === rows && y.shape.length === 2 && width === steps && width > 1) {
    const place = (index: number) => `row ${Math.floor(index / steps) + 1}, step ${(index % steps) + 1} of y`;
    const stepLabels = Array.from(y.values, (value, index) =>
      value < 0 ? null : integerLabel(value, `${name}: ${place(index)}`, legacy),
    );
    return { labels: null, indexLabels: true, stepLabels, ...(legacy ? {} : { labelsAre: 'integers' }) };
  }
  if (count !== rows || width !== 1 || y.shape.length > 2)
    throw new InputError(
      `${name}: y has shape (${y.shape.join(', ')}); expected [${rows}], one label a row of x, or [${rows}, ${steps}].`,
    );
  if (y.texts) return { labels: y.texts, ...(legacy ? {} : { labelsAre: /[US]/.test(y.type) ? 'texts' : 'integers' }) };
  const labels = Array.from(y.values, (value, row) => integerLabel(value, `${name}: row ${row + 1} of y`, legacy));
  return { labels, indexLabels: true, ...(legacy ? {} : { labelsAre: 'integers' }) };
}

function integerLabel(value: number, place: string, legacy: boolean): string {
  if (!Number.isSafeInteger(value) || (legacy && value < 0))
    throw new InputError(
      `${place} is ${value}; expected whole numbers, as 0, 1, 2, … (numbers to predict are named by --target-columns y).`,
    );
  return String(value);
}

function wholeNumbers({ shape, values }: NpyArray, rows: number, what: string): Uint32Array {
  if (shape.join() !== String(rows))
    throw new InputError(`${what} has shape (${shape.join(', ')}); expected [${rows}].`);
  return Uint32Array.from(values, (value, row) => {
    if (!Number.isSafeInteger(value) || value < 1 || value > 2 ** 31)
      throw new InputError(`${what}: row ${row + 1} is ${value}; expected a count of steps, 1 or more.`);
    return value;
  });
}

function textsOf({ shape, values, texts }: NpyArray, rows: number, what: string): string[] {
  if (shape.join() !== String(rows))
    throw new InputError(`${what} has shape (${shape.join(', ')}); expected [${rows}].`);
  return texts ? [...texts] : Array.from(values, String);
}

/** All keys together: [rows, width of all], or with steps between. */
function targetsOf(arrays: readonly NpyArray[], rows: number, steps: number, name: string): Targets {
  const parts = arrays.map(({ shape, values, texts }) => {
    const perStep = shape.length === 3 && shape[1] === steps;
    if (shape[0] !== rows || texts || (shape.length > 2 && !perStep))
      throw new InputError(
        `${name}: targets have shape (${shape.join(', ')}); expected numbers [${rows}], [${rows}, width] or ` +
          `[${rows}, ${steps}, width].`,
      );
    return { values, perStep, width: shape.at(-1)! * (shape.length === 1 ? 0 : 1) || 1 };
  });
  const perStep = parts[0]!.perStep;
  if (parts.some((part) => part.perStep !== perStep))
    throw new InputError(`${name}: some targets are given for each step and some for each row; give them alike.`);
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const count = rows * (perStep ? steps : 1);
  const values = new Float32Array(count * width);
  let entry = 0;
  for (const part of parts)
    for (let own = 0; own < part.width; own++, entry++)
      for (let index = 0; index < count; index++)
        values[index * width + entry] = part.values[index * part.width + own]!;
  return { values, width, per: perStep ? 'step' : 'row' };
}
