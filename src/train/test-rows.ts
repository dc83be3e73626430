/** How each row of the test data was predicted: what two runs are compared by, row for row. */
import { z } from 'zod';
import type { SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';

/** Kept in `test-rows.json`. */
export interface TestRows {
  readonly format: 'noisy-rnn/test-rows';
  readonly version: 1;
  /** Of the rows in their order, values and labels: only runs that read the same rows can be paired. */
  readonly digest: string;
  /** [rows]; null where a row has none. */
  readonly losses: readonly (number | null)[];
  /** [rows], 1 where the prediction is right; null where the task knows no right or wrong. */
  readonly correct: readonly number[] | null;
}

const schema = z.strictObject({
  format: z.literal('noisy-rnn/test-rows'),
  version: z.literal(1),
  digest: z.string(),
  losses: z.array(z.number().nullable()),
  correct: z.array(z.int().min(0).max(1)).nullable(),
});

/** @throws InputError if this is not what a run wrote. */
export function readTestRows(content: unknown, path: string): TestRows {
  const result = schema.safeParse(content);
  const sizes = result.data?.correct?.length ?? result.data?.losses.length;
  if (!result.success || sizes !== result.data.losses.length)
    throw new InputError(`${path}: test-rows.json is not what a run writes; remove it, or train the run anew`);
  return result.data;
}

export function testRowsOf(
  table: SequenceTable,
  { losses, correct }: { readonly losses: Float64Array; readonly correct: Uint8Array | null },
): TestRows {
  return {
    ...{ format: 'noisy-rnn/test-rows', version: 1, digest: digestOf(table) },
    losses: Array.from(losses, (loss) => (Number.isFinite(loss) ? loss : null)),
    correct: correct && [...correct],
  };
}

/** Two FNV-1a hashes of 32 bits, from different starts, over values, labels and targets: tells tables apart, no more. */
function digestOf({ rows, steps, channels, values, labels, targets }: SequenceTable): string {
  let first = 0x811c9dc5;
  let second = 0x2bd5a311;
  const take = (word: number) => {
    first = Math.imul(first ^ word, 0x01000193);
    second = Math.imul(second ^ ((word << 13) | (word >>> 19)), 0x01000193);
  };
  for (const extent of [rows, steps, channels]) take(extent);
  for (const floats of [values, targets?.values ?? new Float32Array(0)])
    for (const word of new Uint32Array(floats.buffer, floats.byteOffset, floats.length)) take(word);
  for (const label of labels ?? []) {
    for (let at = 0; at < label.length; at++) take(label.charCodeAt(at));
    take(-1);
  }
  return [first, second].map((hash) => (hash >>> 0).toString(16).padStart(8, '0')).join('');
}
