/** Which runs of a list are wanted, and in which order: `key=value`, `key>value`, and a key to sort by. */
import { InputError } from '../errors.js';
import { closest } from '../spec.js';
import { settingNames } from '../train/configuration.js';
import type { RunSummary } from './list-runs.js';

const columns = ['run', 'status', 'data', 'model', 'noise', 'epochs', 'of', 'validation', 'test', 'created'] as const;

/** What can be filtered and sorted by: the columns of the list, and every setting. */
export const runKeys: readonly string[] = [...new Set([...columns, ...settingNames])];

type Value = string | number | boolean | null;

const operators: Readonly<Record<string, (value: Value, wanted: string) => boolean>> = {
  '>=': (value, wanted) => ordered(value, wanted, (sign) => sign >= 0),
  '<=': (value, wanted) => ordered(value, wanted, (sign) => sign <= 0),
  '!=': (value, wanted) => !equal(value, wanted),
  '>': (value, wanted) => ordered(value, wanted, (sign) => sign > 0),
  '<': (value, wanted) => ordered(value, wanted, (sign) => sign < 0),
  '=': equal,
};

/**
 * Reads `key=value`, `key!=value`, `key>value`, `key>=value`, `key<value` or `key<=value`. A name such as `noisy` equals
 * every text that begins with it before a colon (`noisy:beta=0.8`).
 * @throws InputError for another form, or a key that no run has.
 */
export function parseFilter(text: string): (run: RunSummary) => boolean {
  const [, key = '', operator = '', wanted = ''] = /^\s*([^<>=!\s]+)\s*(>=|<=|!=|>|<|=)\s*(.*?)\s*$/s.exec(text) ?? [];
  const holds = operators[operator];
  if (holds === undefined || wanted === '')
    throw new InputError(
      `filter "${text}": expected key=value, key!=value, key>value, key>=value, key<value or key<=value`,
    );
  checkKey(key);
  return (run) => holds(figureAt(run, key), wanted);
}

/**
 * @param text a key; with `-` before it from the largest down. Runs without a value come last.
 * @throws InputError for a key that no run has.
 */
export function parseOrder(text: string): (first: RunSummary, second: RunSummary) => number {
  const down = text.startsWith('-');
  const key = down ? text.slice(1) : text;
  checkKey(key);
  return (first, second) => {
    const [a, b] = [figureAt(first, key), figureAt(second, key)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return (down ? -1 : 1) * compare(a, b);
  };
}

function checkKey(key: string): void {
  if (runKeys.includes(key)) return;
  const near = closest(key, runKeys);
  throw new InputError(
    `unknown key "${key}"${near === undefined ? `; known: ${runKeys.join(', ')}` : `; did you mean "${near}"?`}`,
  );
}

/** The list's own column stands before the setting of the same name. */
function figureAt(run: RunSummary, key: string): Value {
  const value = (columns as readonly string[]).includes(key) ? run[key as (typeof columns)[number]] : run.settings[key];
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : (value as Value);
}

function equal(value: Value, wanted: string): boolean {
  if (value === null) return false;
  if (typeof value === 'number') return value === Number(wanted);
  const text = String(value);
  return text === wanted || text.startsWith(`${wanted}:`);
}

function ordered(value: Value, wanted: string, holds: (sign: number) => boolean): boolean {
  if (value === null) return false;
  const other = typeof value === 'number' ? Number(wanted) : wanted;
  return Number.isNaN(other) ? false : holds(compare(value, other));
}

function compare(a: string | number | boolean, b: string | number | boolean): number {
  return a < b ? -1 : Number(a > b);
}
