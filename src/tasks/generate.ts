import { lengthOf, type SequenceTable } from '../data/index.js';
import { type Task, withoutAnswers } from './task.js';

/**
 * The series themselves, each value given those before it: a network without inputs whose hidden state is inferred from
 * what was observed, trained on the likelihood of its innovations. Values may be missing.
 */
export const generate: Task = {
  name: 'generate',
  predicts: 'values',
  readouts: ['every'],
  losses: ['mse'],
  selection: 'loss',
  horizons: null,
  generates: 'series',
  tableOf: (table) => ({ ...withoutAnswers(table), targets: itself(table) }),
};

function itself(table: SequenceTable): NonNullable<SequenceTable['targets']> {
  const { steps, channels, rows } = table;
  const values = Float32Array.from(table.values);
  for (let row = 0; row < rows; row++)
    values.fill(0, (row * steps + lengthOf(table, row)) * channels, (row + 1) * steps * channels);
  return { values, width: channels, per: 'step' };
}
