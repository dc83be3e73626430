import { basename, resolve } from 'node:path';
import { namedSource } from '../data/index.js';
import { modelOf } from '../train/build.js';
import type { GivenConfiguration } from '../train/configuration.js';
import { renameParts, splitPart } from '../train/parts/kinds.js';

/** Paths made absolute, so that a run can be resumed and evaluated from any folder. */
export function absolutePaths(given: GivenConfiguration): GivenConfiguration {
  const { data, dataDir, validationData, testData, from } = given;
  const absolute = (name: string) => (splitPart(name).module === null ? name : resolve(name));
  return {
    ...renameParts(given, (_, name) => absolute(name)),
    ...(data === undefined || namedSource(data) !== undefined ? {} : { data: resolve(data) }),
    ...(dataDir === undefined ? {} : { dataDir: resolve(dataDir) }),
    ...(validationData === undefined ? {} : { validationData: resolve(validationData) }),
    ...(testData === undefined ? {} : { testData: resolve(testData) }),
    ...(from === undefined ? {} : { from: resolve(from) }),
  };
}

/** Where a run goes when `--out` does not say. */
export function usualFolder(given: GivenConfiguration): string {
  const { data = 'heartbeats', seed = 1 } = given;
  const model = modelOf(given);
  const plain = (name: string) => basename(name.split(':')[0]!).replace(/\.[^.]+$/, '');
  return `runs/${plain(data)}-${plain(model)}-${seed}`;
}
