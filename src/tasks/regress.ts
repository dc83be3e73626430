import { InputError } from '../errors.js';
import { type Task, withoutAnswers } from './task.js';

/** Numbers a row, predicted after its last step, or numbers at every step. */
export const regress: Task = {
  name: 'regress',
  predicts: 'values',
  readouts: ['last', 'every'],
  losses: ['mse', 'mae', 'huber'],
  selection: 'meanSquaredError',
  horizons: null,
  tableOf: (table, readout) => {
    const { targets } = table;
    if (!targets)
      throw new InputError(
        `${table.name}: task regress needs numbers to predict, and this has none; name their columns (--target-columns)`,
      );
    if (targets.per === 'step' && readout === 'last')
      throw new InputError(
        `${table.name}: has numbers to predict at every step; read the outputs there too (--readout every)`,
      );
    return { ...withoutAnswers(table), targets };
  },
};
