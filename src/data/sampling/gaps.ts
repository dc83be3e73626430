/** Steps too long to be taken in one: counted, and made the beginnings of new series. */
import type { SequenceTable, Targets } from '../dataset.js';
import { lengthOf } from '../lengths.js';
import { selectRows } from '../selection.js';
import type { TimeScale } from './scale.js';
import { stepsOf } from './time-step.js';
import { unitFactor } from './units.js';

/** The steps that come after a gap, by row. */
function gapsOf(table: SequenceTable, scale: TimeScale): number[][] {
  const { times, rows, steps } = table;
  if (!times || !scale.follows) return [];
  const longest = (scale.maxStep * scale.median * (1 + 1e-9)) / (unitFactor(times.unit, scale.unit) ?? 1);
  const since = stepsOf(table, times);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: lengthOf(table, row) }, (_, step) => step).filter(
      (step) => since[row * steps + step]! > longest,
    ),
  );
}

export function countGaps(table: SequenceTable, scale: TimeScale): number {
  return gapsOf(table, scale).reduce((sum, own) => sum + own.length, 0);
}

/**
 * The table with every gap the beginning of a new series, which keeps what its row has (label, id, group, targets). Rows
 * without a group of their own become one: the parts of a series are not independent of one another.
 */
export function splitAtGaps(table: SequenceTable, scale: TimeScale | null | undefined): SequenceTable {
  if (scale?.onGap !== 'split') return table;
  const gaps = gapsOf(table, scale);
  if (gaps.every((own) => own.length === 0)) return table;
  const parts = gaps.flatMap((own, row) =>
    [0, ...own].map((from, index) => ({ row, from, to: own[index] ?? lengthOf(table, row) })),
  );
  const { steps, channels, values, times, stepLabels, targets } = table;
  const lengths = Uint32Array.from(parts, ({ from, to }) => to - from);
  const longest = lengths.reduce((most, own) => Math.max(most, own), 0);
  /** The entries of each part of values [rows, steps, width], from the beginning of its row. */
  const moved = <Values extends Float32Array | Float64Array>(all: Values, width: number): Values => {
    const result = new (all.constructor as new (length: number) => Values)(parts.length * longest * width);
    for (const [index, { row, from, to }] of parts.entries())
      result.set(all.subarray((row * steps + from) * width, (row * steps + to) * width), index * longest * width);
    return result;
  };
  const since = moved(times!.values, 1);
  for (let index = 0; index < parts.length; index++) {
    const start = since[index * longest]!;
    for (let step = 0; step < lengths[index]!; step++) since[index * longest + step]! -= start;
  }
  const targetsOf = (own: Targets): Targets =>
    own.per === 'row' ? chosen.targets! : { ...own, values: moved(own.values, own.width) };
  const chosen = selectRows(
    table,
    parts.map(({ row }) => row),
  );
  return {
    ...chosen,
    steps: longest,
    values: moved(values, channels),
    lengths: lengths.every((own) => own === longest) ? null : lengths,
    times: { ...times!, values: since },
    groups: chosen.groups ?? parts.map(({ row }) => String(row)),
    ...(targets && { targets: targetsOf(targets) }),
    ...(stepLabels && {
      stepLabels: parts.flatMap(({ row, from, to }) => [
        ...stepLabels.slice(row * steps + from, row * steps + to),
        ...Array<null>(longest - to + from).fill(null),
      ]),
    }),
  };
}
