/**
 * The one small grammar in which optimisers, schedules and noise schemes are written on the command line and in
 * configuration files: `name`, or `name:key=value,key=value`. Each family hands in a table of its names and keys; an
 * unknown name or key, a repeated key and an unusable value are errors, never ignored.
 */
import { InputError } from './errors.js';

/** A condition on a number, with the words that follow "must be" in the message. */
export interface Limit {
  readonly holds: (value: number) => boolean;
  readonly says: string;
}

export const positive: Limit = { holds: (value) => value > 0, says: 'above 0' };
export const nonNegative: Limit = { holds: (value) => value >= 0, says: '0 or more' };
export const positiveInteger: Limit = {
  holds: (value) => Number.isSafeInteger(value) && value > 0,
  says: 'a whole number, 1 or more',
};
/** [0, 1). */
export const belowOne: Limit = { holds: (value) => value >= 0 && value < 1, says: '0 or more and below 1' };
/** [0, 1]. */
export const unitInterval: Limit = { holds: (value) => value >= 0 && value <= 1, says: 'between 0 and 1' };

/** A key without a default is left out of the values when not given, unless `required`. A flag's value is 0 or 1. */
export type SpecKey =
  | { readonly kind: 'number'; readonly default?: number; readonly required?: true; readonly limit?: Limit }
  | { readonly kind: 'flag'; readonly default?: 0 | 1 }
  | { readonly kind: 'text'; readonly default?: string; readonly required?: true };

export type SpecKeys = Readonly<Record<string, SpecKey>>;
export type SpecTable = Readonly<Record<string, { readonly keys: SpecKeys }>>;
export type SpecValues = Readonly<Record<string, number | string>>;

export interface Spec {
  readonly name: string;
  /** What was given, with the table's defaults filled in. */
  readonly values: SpecValues;
}

/**
 * Reads `name:key=value,key=value`.
 * @param what what the names stand for ("optimiser"), for the messages.
 * @throws InputError for anything the table does not know or allow.
 */
export function parseSpec(text: string, table: SpecTable, what = 'name'): Spec {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  const rest = colon < 0 ? '' : text.slice(colon + 1).trim();
  const given = new Map<string, string>();
  for (const part of rest === '' ? [] : rest.split(',')) {
    const equals = part.indexOf('=');
    const key = (equals < 0 ? part : part.slice(0, equals)).trim();
    const value = equals < 0 ? '' : part.slice(equals + 1).trim();
    if (key === '') throw new InputError(`${what} "${text}": got "${part}" where key=value was expected`);
    if (value === '') throw new InputError(`${what} "${text}": "${key}" has no value; write ${key}=VALUE`);
    if (given.has(key)) throw new InputError(`${what} "${text}": "${key}" is given twice; give it once`);
    given.set(key, value);
  }
  return completeSpec({ name, values: Object.fromEntries(given) }, table, what);
}

/**
 * Checks a name and its values (from a parsed text or a configuration file) against the table and fills in defaults.
 * @throws InputError as parseSpec.
 */
export function completeSpec(
  given: { readonly name: string; readonly values?: Readonly<Record<string, number | string | boolean>> },
  table: SpecTable,
  what = 'name',
): Spec {
  const entry = Object.hasOwn(table, given.name) ? table[given.name] : undefined;
  if (!entry) throw new InputError(unknown(what, given.name, Object.keys(table)));
  const values: Record<string, number | string> = {};
  for (const [key, value] of Object.entries(given.values ?? {})) {
    const declared = Object.hasOwn(entry.keys, key) ? entry.keys[key] : undefined;
    if (!declared) throw new InputError(unknown(`key of ${what} "${given.name}"`, key, Object.keys(entry.keys)));
    values[key] = readValue(value, declared, `${what} "${given.name}": ${key}`);
  }
  for (const [key, declared] of Object.entries(entry.keys)) {
    if (key in values) continue;
    if (declared.default !== undefined) values[key] = declared.default;
    else if (declared.kind !== 'flag' && declared.required)
      throw new InputError(`${what} "${given.name}" needs ${key}; write ${given.name}:${key}=VALUE`);
  }
  return { name: given.name, values };
}

/**
 * A number that the table guarantees to be there (it has a default or is required).
 * @throws TypeError if the table does not: an error in the caller, not in what the user gave.
 */
export function numberAt(values: SpecValues, key: string): number {
  const value = values[key];
  if (typeof value !== 'number') throw new TypeError(`"${key}" has no number`);
  return value;
}

function readValue(value: number | string | boolean, declared: SpecKey, where: string): number | string {
  switch (declared.kind) {
    case 'text':
      return String(value);
    case 'flag': {
      const text = String(value);
      if (text === 'true' || text === '1') return 1;
      if (text === 'false' || text === '0') return 0;
      throw new InputError(`${where}: got "${text}", expected true or false`);
    }
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number))
        throw new InputError(`${where}: got "${value}", expected a number`);
      if (declared.limit && !declared.limit.holds(number))
        throw new InputError(`${where}: got ${number}, must be ${declared.limit.says}`);
      return number;
    }
  }
}

function unknown(what: string, got: string, known: readonly string[]): string {
  const near = closest(got, known);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `unknown ${what} "${got}"; known: ${known.length ? known.join(', ') : 'none'}${hint}`;
}

/** The candidate fewest edits away from the word, if that is few enough for a slip of the hand. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  // A text this long is no mistyped name, and comparing it would cost its length.
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 2)) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

/** Levenshtein distance: insertions, deletions and substitutions of one character. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}
