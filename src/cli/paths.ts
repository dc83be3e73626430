import { basename, resolve } from 'node:path';
import { namedSource } from '../data/index.js';
import { isModulePath } from '../node/resolve-cell.js';
import { modelOf } from '../train/build.js';
import type { GivenConfiguration } from '../train/configuration.js';

/** Paths made absolute, so that a run can be resumed and evaluated from any folder. */
export function absolutePaths(given: GivenConfiguration): GivenConfiguration {
  const { data, dataDir, validationData, testData, model, stack, from } = given;
  const absolute = (name: string) => (isModulePath(name) ? resolve(name) : name);
  return {
    ...given,
    ...(data === undefined || namedSource(data) !== undefined ? {} : { data: resolve(data) }),
    ...(dataDir === undefined ? {} : { dataDir: resolve(dataDir) }),
    ...(validationData === undefined ? {} : { validationData: resolve(validationData) }),
    ...(testData === undefined ? {} : { testData: resolve(testData) }),
    ...(from === undefined ? {} : { from: resolve(from) }),
    ...(model === undefined ? {} : { model: absolute(model) }),
    ...(stack === undefined
      ? {}
      : { stack: stack.map((layer) => (layer.model ? { ...layer, model: absolute(layer.model) } : layer)) }),
  };
}

/** Where a run goes when `--out` does not say. */
export function usualFolder(given: GivenConfiguration): string {
  const { data = 'heartbeats', seed = 1 } = given;
  const model = modelOf(given);
  const plain = (name: string) => basename(name.split(':')[0]!).replace(/\.[^.]+$/, '');
  return `runs/${plain(data)}-${plain(model)}-${seed}`;
}
