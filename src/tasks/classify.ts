import { InputError } from '../errors.js';
import { type Task, withoutAnswers } from './task.js';

/** One class a row, predicted after its last step. */
export const classify: Task = {
  name: 'classify',
  predicts: 'classes',
  readouts: ['last', 'every'],
  losses: ['cross-entropy'],
  selection: 'accuracy',
  horizons: null,
  tableOf: (table) => {
    if (table.labels !== null) return { ...withoutAnswers(table), labels: table.labels };
    const instead = table.stepLabels
      ? ' but one for each step; predict those with --task label'
      : table.targets
        ? ' but numbers to predict; predict those with --task regress'
        : '; name their column (--label-column), or predict the series itself (--task forecast:horizon=1)';
    throw new InputError(`${table.name}: task classify needs a label for each row, and this has none${instead}`);
  },
};
