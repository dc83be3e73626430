import { InputError } from '../errors.js';
import { type Task, withoutAnswers } from './task.js';

/** A class at every step, from the steps so far (with a bidirectional layer from all of them); some may be missing. */
export const label: Task = {
  name: 'label',
  predicts: 'classes',
  readouts: ['every'],
  losses: ['cross-entropy'],
  selection: 'accuracy',
  horizons: null,
  tableOf: (table) => {
    if (table.stepLabels) return { ...withoutAnswers(table), stepLabels: table.stepLabels };
    const has = table.labels === null ? 'none' : 'one a row; predict that with --task classify';
    throw new InputError(
      `${table.name}: task label needs a label for each step (a long table with a label column), and this has ${has}`,
    );
  },
};
