import type { SequenceTable } from '../data/index.js';

export type Readout = 'last' | 'every';

/** What a model is asked for: a row of the table in `index.ts`. */
export interface Task {
  /** As it is written in settings. */
  readonly name: string;
  readonly predicts: 'classes' | 'values';
  /** Where the outputs may be read, the usual one first. */
  readonly readouts: readonly [Readout, ...Readout[]];
  /** Losses that fit, by the names of `model/losses`, the usual one first. */
  readonly losses: readonly [string, ...string[]];
  /** What of the validation data selects the best epoch, unless told otherwise. */
  readonly selection: string;
  /** How many steps ahead each value predicted lies, those of one step together; null where nothing lies ahead. */
  readonly horizons: readonly number[] | null;
  /** Where a network without inputs generates what is observed: the series alone, or one network for each class. */
  readonly generates?: 'series' | 'classes';
  /**
   * The table with what the task asks for, and nothing else that could be asked.
   * @throws InputError if the table has it not, saying what it has.
   */
  readonly tableOf: (table: SequenceTable, readout: Readout) => SequenceTable;
}

/** The table with nothing to predict in it. */
export function withoutAnswers(table: SequenceTable): SequenceTable {
  return { ...table, labels: null, targets: null, stepLabels: null };
}
