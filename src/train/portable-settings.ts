/** Settings that can leave this machine. */
import type { Configuration } from './configuration.js';

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

/** Of a path its last part; anything else as it is. */
export function portable(name: string): string {
  return /[\\/]/.test(name) ? (name.split(/[\\/]/).filter(Boolean).at(-1) ?? name) : name;
}
