/** Other data held to the columns of the training data. */
import { InputError } from '../../errors.js';
import { selectChannels } from '../canonical.js';
import { expectedChannels } from '../columns/expected.js';
import type { SequenceTable } from '../dataset.js';
import type { Reading } from '../reading.js';
import { expectedOf, schemaOf } from './schema.js';

/** How to read data that go with these. */
export function readingHeldTo(train: SequenceTable, reading: Reading = {}): Reading {
  if (reading.legacy) return reading;
  const precision = train.values instanceof Float64Array ? 'float64' : 'float32';
  return { ...reading, precision, expected: expectedOf(schemaOf(train, reading)) };
}

/**
 * The table with its channels in the order that is expected, by name, where both sides name them.
 * @throws InputError for channels that are missing, or in another unit.
 */
export function matched(table: SequenceTable, reading: Reading = {}): SequenceTable {
  const { expected } = reading;
  const { channelNames, name, report } = table;
  if (!expected || !channelNames) return table;
  const found = channelNames.map((own, channel) => ({ own, channel }));
  const { channels, notes } = expectedChannels(table, found, expected, ({ own }) => own);
  const put = selectChannels(
    table,
    channels.map(({ channel }) => channel),
  );
  const other =
    expected.channels === null
      ? -1
      : (put.units ?? []).findIndex((unit, channel) => differs(unit, expected.units?.[channel]));
  if (other >= 0)
    throw new InputError(
      `${name}: channel '${put.channelNames![other]}' is in ${put.units![other]}, and in ${expected.units![other]} in the training ` +
        'data; convert it.',
    );
  return notes.length > 0 && report ? { ...put, report: { ...put.report!, notes: [...report.notes, ...notes] } } : put;
}

const differs = (unit: string | null | undefined, other: string | null | undefined) =>
  Boolean(unit) && Boolean(other) && unit !== other;
