/**
 * One order for the channels and series of training data, whatever the order of columns and lines in their file: what is
 * trained does not depend on it. A wide table's rows stay as they are.
 */
import type { SequenceTable } from './dataset.js';
import { selectRows } from './selection.js';

/** Channels by name, and series of a long table by id. Channels that were given in an order keep it. */
export function canonicalOrder(table: SequenceTable, channelsGiven: boolean): SequenceTable {
  const { channelNames, ids, report } = table;
  const sorted = channelNames && !channelsGiven ? order(channelNames) : null;
  const named = sorted === null ? table : selectChannels(table, sorted);
  const rows = report?.layout === 'long' && ids ? order(ids) : null;
  return rows === null || rows.every((row, at) => row === at) ? named : selectRows(named, rows);
}

/** Numbers within names by their value, the rest by code point; the same everywhere. */
export function compareNames(first: string, second: string): number {
  const [left, right] = [first.match(/\d+|\D+/g) ?? [], second.match(/\d+|\D+/g) ?? []];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const [one, other] = [left[index]!, right[index]!];
    if (one === other) continue;
    if (/^\d/.test(one) && /^\d/.test(other)) {
      const [small, large] = [BigInt(one), BigInt(other)];
      if (small !== large) return small < large ? -1 : 1;
      continue;
    }
    return one < other ? -1 : 1;
  }
  return left.length - right.length || (first < second ? -1 : first > second ? 1 : 0);
}

function order(names: readonly string[]): number[] {
  return [...names.keys()].sort((first, second) => compareNames(names[first]!, names[second]!) || first - second);
}

/** The channels `from`, in that order. */
export function selectChannels(table: SequenceTable, from: readonly number[]): SequenceTable {
  const { channels, values, channelNames, units, report } = table;
  if (from.length === channels && from.every((channel, at) => channel === at)) return table;
  const width = from.length;
  const picked = new (values.constructor as Float64ArrayConstructor)((values.length / channels) * width);
  for (let index = 0; index < picked.length; index++)
    picked[index] = values[Math.floor(index / width) * channels + from[index % width]!]!;
  return {
    ...table,
    ...{ channels: width, values: picked },
    ...(channelNames && { channelNames: from.map((channel) => channelNames[channel]!) }),
    ...(units && { units: from.map((channel) => units[channel] ?? null) }),
    ...(report && {
      report: {
        ...report,
        columns: report.columns.map((column) =>
          column.channel === undefined ? column : { ...column, channel: from.indexOf(column.channel) },
        ),
      },
    }),
  };
}
