/** What a network is, in words and settings that can leave this machine: no path but its last part. */
import type { Configuration } from '../train/configuration.js';
import type { ExportableRun } from './run.js';

/** One sentence: cells, units, what comes in and what goes out. */
export function describeNetwork({ settings, preprocessing, model }: ExportableRun): string {
  const layers = model.spec.layers.map(({ cell, units, bidirectional }) =>
    [cell.name, `of ${units} units`, ...(bidirectional ? ['both ways'] : [])].join(' '),
  );
  const { channels, classes, targets } = preprocessing;
  const answers = targets ? `${targets.width} value${targets.width === 1 ? '' : 's'}` : `${classes.length} classes`;
  return (
    `A recurrent network, ${layers.join(', then ')}, from ${channels} channel${channels === 1 ? '' : 's'} to ${answers} ` +
    `(task ${settings.task}, trained on ${portable(settings.data)}).`
  );
}

/** Settings without what lies on one machine only: of a path its last part, and no folder of data. */
export function portableSettings(settings: Configuration): Record<string, unknown> {
  const cell = (model: string) => portable(model);
  const { dataDir: _, data, model, from, validationData, testData, stack, ...others } = settings;
  return {
    data: portable(data),
    model: cell(model),
    ...(from === undefined ? {} : { from: portable(from) }),
    ...(validationData === undefined ? {} : { validationData: portable(validationData) }),
    ...(testData === undefined ? {} : { testData: portable(testData) }),
    ...(stack === undefined
      ? {}
      : { stack: stack.map((layer) => (layer.model === undefined ? layer : { ...layer, model: cell(layer.model) })) }),
    ...others,
  };
}

export function portable(name: string): string {
  return /[\\/]/.test(name) ? (name.split(/[\\/]/).filter(Boolean).at(-1) ?? name) : name;
}
