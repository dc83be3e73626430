/** The settings that say what is asked of a model, made complete and checked against one another. */
import { InputError } from '../errors.js';
import { classMetrics, valueMetrics } from '../metrics/index.js';
import { parseLoss } from '../model/index.js';
import { checkReadout, parseTask, type Task } from '../tasks/index.js';
import type { Configuration, GivenConfiguration } from './configuration.js';

type TaskSettings = Pick<Configuration, 'task' | 'loss' | 'likelihood' | 'classWeights' | 'selection' | 'readout'>;

/** @throws InputError for an unknown task or loss, or settings that do not go together. */
export function completeTask(given: GivenConfiguration): TaskSettings {
  const task = parseTask(given.task ?? 'classify');
  const { loss = task.losses[0], classWeights = 'none', selection = task.selection } = given;
  const { name } = parseLoss(loss);
  if (!task.losses.includes(name.split(':')[0]!))
    throw new InputError(`task ${task.name} cannot be trained on the loss ${name}; expected ${task.losses.join(', ')}`);
  if (classWeights !== 'none' && task.predicts === 'values')
    throw new InputError(`task ${task.name} predicts values and has no classes to weigh; leave classWeights out`);
  checkGenerating(task, given);
  const measured = (task.predicts === 'values' ? valueMetrics : classMetrics).map((metric) => metric.name);
  if (selection !== 'loss' && !measured.includes(selection))
    throw new InputError(
      `task ${task.name} has no ${selection} to select the best epoch by; expected loss, ${measured.join(', ')}`,
    );
  const readout = given.readout ?? task.readouts[0];
  const bothWays =
    given.bidirectional === true || (given.stack ?? []).some(({ bidirectional }) => bidirectional === true);
  checkReadout(task, readout, bothWays);
  const likelihood = task.generates === undefined ? {} : { likelihood: given.likelihood ?? ('ekf' as const) };
  return { task: task.name, loss: name, ...likelihood, classWeights, selection, readout };
}

/** What goes with a likelihood through a filter, and what goes with nothing else. */
function checkGenerating(task: Task, given: GivenConfiguration): void {
  if (task.generates === undefined) {
    if (given.likelihood !== undefined)
      throw new InputError(`likelihood: task ${task.name} has none; it is of the tasks generate and recognise`);
    if (given.missing === 'keep')
      throw new InputError(
        `missing: task ${task.name} cannot take missing values as they are; the tasks generate and recognise can`,
      );
    return;
  }
  const contrary = (
    [
      ['regularizer', given.regularizer === 'explicit'],
      ['antithetic', given.antithetic === true],
      ['noiseSchedule', (given.noiseSchedule ?? 'constant') !== 'constant'],
      ['classWeights', (given.classWeights ?? 'none') !== 'none'],
    ] as const
  ).find(([, set]) => set);
  if (contrary !== undefined)
    throw new InputError(
      `${contrary[0]}: task ${task.name} draws no noise in training, its likelihood knows the noise exactly; leave it out`,
    );
}

/** The task of a run. */
export function taskOf(settings: Pick<Configuration, 'task'>): Task {
  return parseTask(settings.task);
}
