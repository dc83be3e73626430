/** Which rows of the training data are held out for validation and for testing. */
import { InputError } from '../errors.js';
import { createGenerator } from '../random/index.js';
import { numberAt, parseSpec, type SpecTable } from '../spec.js';
import type { SequenceTable } from './dataset.js';
import { selectRows, splitTable } from './selection.js';

const belowOne = { holds: (value: number) => value >= 0 && value < 1, says: '0 or more and below 1' };
const keys = {
  validation: { kind: 'number', default: 0.2, limit: belowOne },
  test: { kind: 'number', default: 0, limit: belowOne },
  seed: {
    kind: 'number',
    default: 1,
    limit: { holds: (value) => Number.isSafeInteger(value) && value >= 0, says: 'a whole number, 0 or more' },
  },
} as const satisfies SpecTable[string]['keys'];

const methods: SpecTable = { auto: { keys: {} }, fraction: { keys }, group: { keys } };

export interface Split {
  /** auto: by group where rows have one, else by fraction. */
  readonly method: 'auto' | 'fraction' | 'group';
  /** Of all rows; null: the source's own part. */
  readonly validation: number | null;
  readonly test: number;
  /** Of the test rows, which are the same for every seed of a run. */
  readonly seed: number;
}

/** Reads `auto`, or `fraction:validation=0.2,test=0.2,seed=1`, or `group:…`. @throws InputError for anything else. */
export function parseSplit(text = 'auto'): Split {
  const { name, values } = parseSpec(text, methods, 'split');
  if (name === 'auto') return { method: 'auto', validation: null, test: 0, seed: 1 };
  const split = {
    method: name as Split['method'],
    validation: numberAt(values, 'validation'),
    test: numberAt(values, 'test'),
    seed: numberAt(values, 'seed'),
  };
  if (split.validation === 0 || split.validation + split.test >= 1)
    throw new InputError(
      `split "${text}": validation=${split.validation} and test=${split.test} leave no room; expected validation above 0, and ` +
        'both below 1 together, so that there are rows to train on',
    );
  return split;
}

/** The test rows are drawn from the split's seed alone, and never those of training or validation. */
export function holdOutTest(table: SequenceTable, split: Split): { rest: SequenceTable; test: SequenceTable | null } {
  if (split.test === 0) return { rest: table, test: null };
  const { train, heldOut } = heldOutBy(table, split.method, split.test, split.seed, 'test');
  return { rest: train, test: heldOut };
}

/** @param fraction of `table`; `method` auto goes by groups where there are any. */
export function heldOutBy(
  table: SequenceTable,
  method: Split['method'],
  fraction: number,
  seed: number,
  stream = 'split',
): { train: SequenceTable; heldOut: SequenceTable } {
  const byGroup = method === 'group' || (method === 'auto' && Boolean(table.groups));
  return byGroup ? splitByGroup(table, fraction, seed, stream) : splitTable(table, fraction, seed, stream, true);
}

/**
 * Holds out whole groups, in an order drawn from `seed`, until they hold a fraction of the rows, as nearly as whole groups
 * can: no group is in both parts. Both parts keep the table's order.
 * @throws InputError if rows have no groups, or there are fewer than two.
 */
export function splitByGroup(table: SequenceTable, fraction: number, seed: number, stream = 'split') {
  const { name, groups, rows } = table;
  if (!groups)
    throw new InputError(`${name}: its rows have no groups to split by; name their column (--group-column).`);
  const counts = new Map<string, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  if (counts.size < 2)
    throw new InputError(`${name}: all rows belong to one group ('${groups[0]}'); a split by group needs two or more.`);
  // Ordered by name, so that the draw does not depend on the order of rows.
  const names = [...counts.keys()].sort();
  const order = Array.from(createGenerator(seed, stream, 'groups').permutation(names.length), (at) => names[at]!);
  const wanted = fraction * rows;
  const held = new Set<string>();
  let total = 0;
  for (const group of order.slice(0, -1)) {
    const more = total + counts.get(group)!;
    if (held.size > 0 && Math.abs(more - wanted) >= Math.abs(total - wanted)) continue;
    held.add(group);
    total = more;
  }
  const all = [...groups.keys()];
  return {
    train: selectRows(
      table,
      all.filter((row) => !held.has(groups[row]!)),
    ),
    heldOut: selectRows(
      table,
      all.filter((row) => held.has(groups[row]!)),
    ),
  };
}
