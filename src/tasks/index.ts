/** Tasks by name: a new one is one file and one row here. */
import { InputError } from '../errors.js';
import { numberAt, parseSpec, positiveInteger, type SpecKeys, type SpecValues } from '../spec.js';
import { classify } from './classify.js';
import { forecast } from './forecast.js';
import { generate } from './generate.js';
import { label } from './label.js';
import { recognise } from './recognise.js';
import { regress } from './regress.js';
import type { Readout, Task } from './task.js';

export { classify } from './classify.js';
export { type ForecastOptions, forecast } from './forecast.js';
export { generate } from './generate.js';
export { label } from './label.js';
export { recognise } from './recognise.js';
export { regress } from './regress.js';
export { type Readout, type Task, withoutAnswers } from './task.js';

interface TaskEntry {
  readonly keys: SpecKeys;
  readonly create: (values: SpecValues) => Task;
}

export const tasks: Readonly<Record<string, TaskEntry>> = {
  classify: { keys: {}, create: () => classify },
  regress: { keys: {}, create: () => regress },
  forecast: {
    keys: {
      horizon: { kind: 'number', default: 1, limit: positiveInteger },
      steps: { kind: 'number', default: 1, limit: positiveInteger },
    },
    create: (values) => forecast({ horizon: numberAt(values, 'horizon'), steps: numberAt(values, 'steps') }),
  },
  label: { keys: {}, create: () => label },
  generate: { keys: {}, create: () => generate },
  recognise: { keys: {}, create: () => recognise },
};

/** Reads `classify`, `regress`, `label` or `forecast:horizon=…,steps=…`. @throws InputError for anything else. */
export function parseTask(text: string): Task {
  const { name, values } = parseSpec(text, tasks, 'task');
  return tasks[name]!.create(values);
}

/** @throws InputError if the task's outputs are not read there. */
export function checkReadout(task: Task, readout: Readout, bidirectional: boolean): void {
  if (!task.readouts.includes(readout))
    throw new InputError(`task ${task.name} reads the outputs on every step; leave out --readout ${readout}`);
  if (task.horizons !== null && readout === 'every' && bidirectional)
    throw new InputError(
      `task ${task.name}: a bidirectional layer sees the steps that are to be predicted at every step; ` +
        'read out after the last one (--readout last), or leave --bidirectional out',
    );
}
