/** Columns that are the steps of channels, told by the numbers that end their names: `ax_1`, `t0.25`, `1100`. */
import { InputError } from '../../errors.js';
import { refuseBoth } from '../refuse-both.js';
import type { Columns } from './columns.js';

export interface SteppedChannel {
  /** '' where the columns name none. */
  readonly name: string;
  /** Column of each step, in order. */
  readonly columns: readonly number[];
  /** What the names number the steps by; null where they do not. */
  readonly positions: readonly number[] | null;
}

type Groups = Map<string, Map<number, number>>;

const WHOLE = /^(.*?)[_.\-: ]*(\d+)$/;
const DECIMAL = /^(.*?)[_\-: ]*(\d+\.\d+)$/;
const NUMBER = /^()(\d+(?:\.\d+)?)$/;

/**
 * Columns by channel. Null where no name ends with a number.
 * @param only names of the channels to read; columns of others are left out.
 * @throws InputError for names that could number the steps in two ways, channels of different steps, or a column among
 * numbered ones that is not.
 */
export function steppedChannels(
  columns: Columns,
  free: readonly number[],
  { only, lenient = false, legacy = false }: { only?: readonly string[] | null; lenient?: boolean; legacy?: boolean },
): SteppedChannel[] | null {
  const whole = grouped(columns, free, WHOLE);
  const decimal = legacy ? null : decimalGroups(columns, free, whole.stray);
  if (only) {
    const found = [whole.groups, decimal].find((groups) => groups && only.every((name) => groups.has(name)));
    if (!found) return null;
    return aligned(columns, new Map(only.map((name) => [name, found.get(name)!])));
  }
  if (decimal !== null) {
    const numbersAlone = decimal.has('') && decimal.size === 1;
    if (numbersAlone || !isAligned(whole.groups)) return aligned(columns, decimal);
    const [one] = decimal.keys();
    const many = [...whole.groups.keys()];
    const steps = whole.groups.get(many[0]!)!.size;
    throw refuseBoth(
      columns.name,
      `the columns '${columns.names[free[0]!]}' … could be the steps of one channel or of several`,
      [
        { flags: `--channel-columns ${one}`, says: `channel ${one}, ${decimal.get(one!)!.size} steps` },
        { flags: `--channel-columns ${many.join(',')}`, says: `${many.length} channels, ${steps} steps` },
      ],
    );
  }
  if (whole.groups.size === 0) return null;
  const [stray] = whole.stray;
  if (stray !== undefined && !lenient)
    throw new InputError(
      `${columns.name}: column '${columns.names[stray]}' has no step's number, and others have; say what it is ` +
        '(--label-column, --id-column, --group-column, --target-columns, --ignore-columns), or list the channels to read ' +
        `(--channel-columns ${[...whole.groups.keys()].slice(0, 3).join(',') || 'NAME'}).`,
    );
  if (whole.twice !== null) throw new InputError(whole.twice);
  return aligned(columns, whole.groups);
}

function grouped({ name, names }: Columns, free: readonly number[], pattern: RegExp) {
  const groups: Groups = new Map();
  const stray: number[] = [];
  let twice: string | null = null;
  for (const column of free) {
    const written = pattern.exec(names[column]!.trim());
    if (written === null) {
      stray.push(column);
      continue;
    }
    const [, prefix = '', step = ''] = written;
    const steps = groups.get(prefix) ?? new Map<number, number>();
    if (steps.has(Number(step))) twice ??= `${name}: two columns are step ${step} of '${prefix}'; rename one.`;
    groups.set(prefix, steps.set(Number(step), column));
  }
  return { groups, stray, twice };
}

/** Null unless all names end with decimal numbers (or are numbers, some of them decimal) evenly apart. */
function decimalGroups(columns: Columns, free: readonly number[], stray: readonly number[]): Groups | null {
  if (stray.length > 0) return null;
  const numbers = grouped(columns, free, NUMBER);
  const isDecimal = (column: number) => columns.names[column]!.includes('.');
  const found = numbers.stray.length === 0 && free.some(isDecimal) ? numbers : grouped(columns, free, DECIMAL);
  return found.stray.length === 0 && found.twice === null && isAligned(found.groups) ? found.groups : null;
}

const inOrder = (steps: ReadonlyMap<number, number>) => [...steps.keys()].sort((left, right) => left - right);

/** Positions evenly apart, but for how decimal numbers are stored. */
function gapIn(order: readonly number[]): number {
  const spacing = (order[1] ?? 1) - order[0]!;
  return order.findIndex(
    (step, index) => index > 0 && Math.abs(step - order[index - 1]! - spacing) > 1e-9 * Math.max(1, Math.abs(step)),
  );
}

function isAligned(groups: Groups): boolean {
  const [first = new Map<number, number>()] = groups.values();
  const order = inOrder(first);
  const same = (own: ReadonlyMap<number, number>) => own.size === order.length && order.every((step) => own.has(step));
  return order.length > 1 && gapIn(order) < 0 && [...groups.values()].every(same);
}

/** @throws InputError if a channel lacks a step that another has. */
function aligned({ name }: Columns, channels: Groups): SteppedChannel[] {
  const [[first, steps] = ['', new Map<number, number>()]] = channels;
  const order = inOrder(steps);
  const gap = gapIn(order);
  if (gap > 0)
    throw new InputError(
      `${name}: the steps of '${first}' are not evenly numbered (${order[gap - 1]}, then ${order[gap]}); a column is missing ` +
        'or misnamed. List the columns (--channel-columns) if they are meant so.',
    );
  return Array.from(channels, ([channel, own]) => {
    const lacks = order.find((step) => !own.has(step)) ?? [...own.keys()].find((step) => !steps.has(step));
    if (lacks !== undefined)
      throw new InputError(
        `${name}: channels '${first}' and '${channel}' have different steps (${lacks} is in one of them only); every ` +
          'channel needs a column for every step.',
      );
    return { name: channel, columns: order.map((step) => own.get(step)!), positions: order };
  });
}

/** As many steps as make a series, in columns that all are such: what a table of one row a series looks like. */
export function looksStepped(columns: Columns, free: readonly number[]): boolean {
  const { groups, stray } = grouped(columns, free, WHOLE);
  const decimal = decimalGroups(columns, free, stray);
  const fits = (own: Groups) => isAligned(own) && [...own.values()][0]!.size >= 3;
  return free.length > 0 && stray.length === 0 && (fits(groups) || (decimal !== null && fits(decimal)));
}
