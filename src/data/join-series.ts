/** Files of one series each, made one table: columns matched by their names. */
import { InputError } from '../errors.js';
import { assembleSeries } from './assemble.js';
import type { SequenceTable, StepTimes } from './dataset.js';
import { lengthOf } from './lengths.js';
import { fillMissing, leavesMissing } from './missing.js';
import { inPrecision } from './precision.js';
import type { Reading } from './reading.js';
import type { Series } from './series-file.js';
import { checkedTable } from './table.js';

/**
 * @param paths of the files, for messages.
 * @param files what the rows are called.
 * @throws InputError if the files differ in their channels, or lack values for which there is no rule.
 */
export function joinSeries(
  name: string,
  paths: readonly string[],
  series: readonly Series[],
  files: readonly string[],
  reading: Reading,
): SequenceTable {
  const { aligned, notes } = reading.legacy ? { aligned: series, notes: [] } : alignChannels(paths, series);
  const channels = aligned[0]?.channels ?? 1;
  const other = aligned.findIndex((own) => own.channels !== channels);
  if (other >= 0)
    throw new InputError(
      `${paths[other]}: has ${aligned[other]!.channels} channels, but ${paths[0]} has ${channels}; all series need the same.`,
    );
  // One precision for all of them.
  const whole = inPrecision({ ...joined(name, channels, aligned), labels: null, places: files }, reading.precision);
  const precision = whole.values instanceof Float64Array ? 'float64' : 'float32';
  const finished = aligned.map((own, index) => finish(own, paths[index]!, reading, precision));
  const table = joined(name, channels, finished);
  const { channelNames = null, units = null } = aligned[0] ?? {};
  return {
    ...table,
    ...{ labels: null, channelNames, files: [...files], places: [...files] },
    ...(units && { units }),
    ...joinedTimes(finished, table.steps),
    report: {
      ...{ layout: 'files', layoutReason: 'a file a series', header: channelNames === null ? 'no' : 'yes', notes },
      columns: (channelNames ?? Array.from({ length: channels }, (_, index) => `channel ${index + 1}`)).map(
        (own, channel) => ({
          ...{
            name: own,
            role: 'channel' as const,
            reason: 'no other role',
            flag: '--channel-columns',
            channel,
            step: null,
          },
          unit: units?.[channel] ?? null,
        }),
      ),
    },
  };
}

const joined = (name: string, channels: number, series: readonly Series[]) =>
  assembleSeries(
    name,
    channels,
    series.map(({ values }) => values),
  );

/** Missing values filled as the reading says; under the rule `end` a series may be shorter. */
function finish(series: Series, path: string, { missing }: Reading, precision: 'float32' | 'float64'): Series {
  const raw = { name: path, rows: 1, steps: series.values.length / series.channels, labels: null, ...series };
  const filled = checkedTable(fillMissing(inPrecision(raw, precision), missing), leavesMissing(missing));
  const steps = lengthOf(filled, 0);
  const { times } = series;
  return {
    ...series,
    values: filled.values.subarray(0, steps * series.channels),
    times: times && { ...times, values: times.values.subarray(0, steps) },
  };
}

/** Channels in the order of the first file's names. Extra ones are left out, and told. */
function alignChannels(paths: readonly string[], series: readonly Series[]) {
  const names = series[0]?.channelNames ?? null;
  const notes: string[] = [];
  if (names === null) return { aligned: series, notes };
  const extra = new Map<string, string[]>();
  const aligned = series.map((own, index) => {
    if (own.channelNames === null) return own;
    const from = names.map((name) => own.channelNames!.indexOf(name));
    const surplus = own.channelNames.filter((name) => !names.includes(name));
    const lacking = names.filter((_, channel) => from[channel]! < 0);
    if (lacking.length > 0)
      throw new InputError(
        `${paths[index]}: has ${own.channels} channels, but ${paths[0]} has ${names.length}: missing ${lacking.join(', ')}` +
          `${surplus.length > 0 ? `, unknown ${surplus.join(', ')}` : ''} (${own.channelNames.join(', ')}; the first ` +
          `${names.join(', ')}); all series need the same channels.`,
      );
    for (const name of surplus) extra.set(name, [...(extra.get(name) ?? []), paths[index]!]);
    return from.every((channel, at) => channel === at) && surplus.length === 0 ? own : pick(own, from);
  });
  for (const [name, where] of extra)
    notes.push(
      `column '${name}' is in ${where.length} of ${paths.length} files (${where[0]}) and not in ${paths[0]}: not read`,
    );
  return { aligned, notes };
}

/** The channels `from`, in that order. */
export function pick(series: Series, from: readonly number[]): Series {
  const { channels, values } = series;
  const picked = new (values.constructor as Float64ArrayConstructor)((values.length / channels) * from.length);
  for (let index = 0; index < picked.length; index++)
    picked[index] = values[Math.floor(index / from.length) * channels + from[index % from.length]!]!;
  const of = <Entry>(all: readonly Entry[] | null) => all && from.map((channel) => all[channel]!);
  return {
    ...series,
    channels: from.length,
    values: picked,
    channelNames: of(series.channelNames),
    units: of(series.units),
  };
}

/** None where some file has none. */
function joinedTimes(series: readonly Series[], steps: number): { readonly times?: StepTimes } {
  const all = series.map(({ times }) => times);
  if (!all.every((own) => own !== null)) return {};
  const values = new Float64Array(series.length * steps);
  all.forEach((own, row) => {
    values.set(own.values, row * steps);
  });
  const resolution = all.reduce((finest, own) => Math.min(finest, own.resolution), Number.POSITIVE_INFINITY);
  return { times: { values, unit: all[0]?.unit ?? null, resolution } };
}
