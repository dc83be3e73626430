/** Choosing rows: splits, subsets and the order of training batches. */
import { InputError } from '../errors.js';
import { createGenerator, type Generator } from '../random/index.js';
import { copyRows } from './copy-rows.js';
import type { Dataset, SequenceTable, Targets } from './dataset.js';

/** The rows at `indices` (0-based), in that order, copied. */
export function selectRows(source: SequenceTable, indices: ArrayLike<number>): SequenceTable;
export function selectRows(source: Dataset, indices: ArrayLike<number>): Dataset;
export function selectRows(source: SequenceTable | Dataset, indices: ArrayLike<number>): SequenceTable | Dataset {
  const width = source.steps * source.channels;
  const shared = {
    rows: indices.length,
    ...(source.lengths && { lengths: Uint32Array.from(indices, (row) => source.lengths![row]!) }),
    ...(source.groups && { groups: Array.from(indices, (row) => source.groups![row]!) }),
    ...(source.targets && { targets: selectTargets(source.targets, source.steps, indices) }),
  };
  if ('values' in source) {
    const { stepLabels, steps } = source;
    return {
      ...source,
      ...shared,
      ...selectOrigins(source, indices),
      values: copyRows(source.values, width, indices),
      labels: source.labels && Array.from(indices, (row) => source.labels![row]!),
      ...(stepLabels && {
        stepLabels: Array.from(indices, (row) => stepLabels.slice(row * steps, (row + 1) * steps)).flat(),
      }),
    };
  }
  return {
    ...source,
    ...shared,
    inputs: copyRows(source.inputs, width, indices),
    labels: source.labels && Int32Array.from(indices, (row) => source.labels![row]!),
    stepLabels: source.stepLabels && copyRows(source.stepLabels, source.steps, indices),
    ...(source.intervals && { intervals: copyRows(source.intervals, source.steps, indices) }),
  };
}

/** Who and where the rows are, and when their steps were. */
function selectOrigins({ ids, files, places, times, steps }: SequenceTable, indices: ArrayLike<number>) {
  const of = (all: readonly string[]) => Array.from(indices, (row) => all[row]!);
  return {
    ...(ids && { ids: of(ids) }),
    ...(files && { files: of(files) }),
    ...(places && { places: of(places) }),
    ...(times && { times: { ...times, values: copyRows(times.values, steps, indices) } }),
  };
}

function selectTargets(targets: Targets, steps: number, indices: ArrayLike<number>): Targets {
  const width = targets.width * (targets.per === 'step' ? steps : 1);
  return { ...targets, values: copyRows(targets.values, width, indices) };
}

/**
 * Holds out round(fraction · rows) rows, chosen at random from `seed`, each class in proportion ('stratified'; largest
 * remainders round up). Both parts keep the table's order. Without labels all rows are one class.
 * @param fraction strictly between 0 and 1.
 * @param stream tells draws from one seed apart.
 * @param keepClasses whether each class keeps a row that is not held out, of however few it has.
 * @throws InputError if either part would be empty.
 */
export function splitTable(
  table: SequenceTable,
  fraction: number,
  seed: number,
  stream = 'split',
  keepClasses = false,
): { train: SequenceTable; heldOut: SequenceTable } {
  const count = Math.round(fraction * table.rows);
  if (!(count > 0 && count < table.rows))
    throw new InputError(
      `${table.name}: cannot hold out ${fraction} of ${table.rows} rows: both parts need at least one row. ` +
        'Give more rows or another fraction.',
    );
  const held = new Set(
    stratifiedRows(table, count, createGenerator(seed, stream), keepClasses && table.labels !== null),
  );
  const all = Array.from({ length: table.rows }, (_, row) => row);
  return {
    train: selectRows(
      table,
      all.filter((row) => !held.has(row)),
    ),
    heldOut: selectRows(
      table,
      all.filter((row) => held.has(row)),
    ),
  };
}

/** Row indices of one epoch's batches, shuffled afresh each epoch; the last batch may be smaller. */
export function batches(rows: number, batchSize: number, seed: number, epoch: number): Uint32Array[] {
  const order = createGenerator(seed, 'shuffle', epoch).permutation(rows);
  const result: Uint32Array[] = [];
  for (let start = 0; start < rows; start += batchSize) result.push(order.subarray(start, start + batchSize));
  return result;
}

/** What a class cannot spare is held out of the others. */
function keepOneOfEach(
  quota: number[],
  strata: readonly (readonly number[])[],
  remainders: readonly { readonly index: number }[],
): void {
  let owed = 0;
  strata.forEach((rows, index) => {
    if (quota[index]! < rows.length) return;
    quota[index] = rows.length - 1;
    owed += 1;
  });
  for (let changed = true; owed > 0 && changed; ) {
    changed = false;
    for (const { index } of remainders)
      if (owed > 0 && quota[index]! < strata[index]!.length - 1) {
        quota[index]! += 1;
        owed -= 1;
        changed = true;
      }
  }
}

function stratifiedRows(table: SequenceTable, count: number, generator: Generator, keepClasses: boolean): number[] {
  const strata = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const label = table.labels?.[row] ?? '';
    const stratum = strata.get(label);
    if (stratum) stratum.push(row);
    else strata.set(label, [row]);
  }
  // Ordered by label, so that the draw does not depend on which class the file happens to start with.
  const ordered = [...strata].sort(([first], [second]) => (first < second ? -1 : 1)).map(([, rows]) => rows);
  const exact = ordered.map((rows) => (rows.length * count) / table.rows);
  const quota = exact.map(Math.floor);
  const remainders = exact.map((value, index) => ({ index, rest: value - Math.floor(value) }));
  remainders.sort((first, second) => second.rest - first.rest || first.index - second.index);
  const missing = count - quota.reduce((sum, value) => sum + value, 0);
  for (const { index } of remainders.slice(0, missing)) quota[index]!++;
  if (keepClasses) keepOneOfEach(quota, ordered, remainders);

  return ordered.flatMap((rows, index) => {
    const order = generator.permutation(rows.length);
    return Array.from(order.slice(0, quota[index]), (position) => rows[position]!);
  });
}
