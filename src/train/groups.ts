import { InputError } from '../errors.js';
import { completeSpec, nonNegative, type SpecKeys, type SpecTable } from '../spec.js';
import type { ParameterGroup } from './parameter-groups.js';

const keys: SpecKeys = {
  lr: { kind: 'number', limit: nonNegative },
  lrScale: { kind: 'number', limit: nonNegative },
  weightDecay: { kind: 'number', limit: nonNegative },
};
const table: SpecTable = { group: { keys } };

/** Reads `PATTERN:lr=…,lrScale=…,weightDecay=…`. @throws InputError for an unknown key, a bad value, or none. */
export function parseGroup(text: string): ParameterGroup {
  const [match = '', rest = ''] = text.split(':', 2);
  const pairs = rest.split(',').filter((part) => part.trim() !== '');
  if (match.trim() === '' || pairs.length === 0)
    throw new InputError(
      `parameter group "${text}": expected PATTERN:lr=…,lrScale=…,weightDecay=… with one key at least`,
    );
  const values = Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const [key = '', value = ''] = pair.split('=', 2);
      return [key.trim(), value.trim()];
    }),
  );
  const spec = completeSpec({ name: 'group', values }, table, `parameter group "${text}"`);
  return { match: match.trim(), ...(spec.values as Omit<ParameterGroup, 'match'>) };
}
