/** Channels of a file put into the order that a run knows them in, by name. */
import { InputError } from '../../errors.js';
import type { ExpectedColumns } from '../reading.js';
import type { Columns } from './columns.js';

/**
 * @param found the channels that the file has; one without a name is not matched.
 * @throws InputError naming the channels that are missing, and those of the file that the run does not know.
 */
export function expectedChannels<Channel>(
  { name }: Pick<Columns, 'name'>,
  found: readonly Channel[],
  expected: ExpectedColumns,
  nameOf: (channel: Channel) => string,
): { readonly channels: readonly Channel[]; readonly notes: string[] } {
  const wanted = expected.channels;
  const names = found.map(nameOf);
  if (wanted === null || names.includes('')) return { channels: found, notes: [] };
  const missing = wanted.filter((own) => !names.includes(own));
  const unknown = names.filter((own) => !wanted.includes(own));
  if (missing.length > 0)
    throw new InputError(
      `${name}: missing channel${missing.length === 1 ? '' : 's'} ${listed(missing)}: the training data had ${listed(wanted)}, ` +
        `and this has ${listed(names)}${unknown.length === 0 ? '' : ` (unknown: ${listed(unknown)})`}; rename its columns if ` +
        'they are the same quantities.',
    );
  return {
    channels: wanted.map((own) => found[names.indexOf(own)]!),
    notes: unknown.length === 0 ? [] : [`${listed(unknown)}: no channel of the training data, not read`],
  };
}

const listed = (names: readonly string[]) => {
  const shown = names.slice(0, 12).map((own) => `'${own}'`);
  return names.length > 12 ? `${shown.join(', ')}, … (${names.length})` : shown.join(', ');
};
