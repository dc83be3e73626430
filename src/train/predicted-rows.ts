/** Which rows predictions are of, and what stands in for values that they lack. */
import type { Preprocessing, SequenceTable } from '../data/index.js';
import { InputError } from '../errors.js';
import type { LoadedRun } from './load-run.js';

export interface PredictedRow {
  /** Of the series, from 1, in the order in which they were read. */
  readonly row: number;
  readonly id: string | null;
  /** Where each row is a file of its own. */
  readonly file: string | null;
}

export function rowsOf({ rows, ids, files }: SequenceTable): PredictedRow[] {
  return Array.from({ length: rows }, (_, row) => ({
    row: row + 1,
    id: ids?.[row] ?? null,
    file: files?.[row] ?? null,
  }));
}

/**
 * The run's preprocessing for series of any length, with the training data's means where missing values are filled by them.
 * @throws InputError if those are not known.
 */
export function forPredictions(run: LoadedRun, table: SequenceTable, missing: unknown): Preprocessing {
  const { preprocessing, schema, path } = run;
  const any = { ...preprocessing, steps: 0 };
  if (missing !== 'mean' || preprocessing.fill || !table.values.some(Number.isNaN)) return any;
  const fill =
    schema?.channels.map(({ mean }) => mean) ??
    (preprocessing.normalisation === 'standard' ? preprocessing.mean : undefined);
  if (fill === undefined)
    throw new InputError(
      `${path} does not keep the means of its training data; fill missing values otherwise (--missing previous)`,
    );
  return { ...any, fill };
}
