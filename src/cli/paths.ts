import { basename, resolve } from 'node:path';
import { dataSources } from '../data/index.js';
import { isModulePath } from '../node/resolve-cell.js';
import type { GivenConfiguration } from '../train/configuration.js';

/** Paths made absolute, so that a run can be resumed and evaluated from any folder. */
export function absolutePaths(given: GivenConfiguration): GivenConfiguration {
  const { data, dataDir, model } = given;
  return {
    ...given,
    ...(data === undefined || dataSources.has(data) ? {} : { data: resolve(data) }),
    ...(dataDir === undefined ? {} : { dataDir: resolve(dataDir) }),
    ...(model === undefined || !isModulePath(model) ? {} : { model: resolve(model) }),
  };
}

/** Where a run goes when `--out` does not say. */
export function usualFolder({ data = 'heartbeats', model = 'noisy', seed = 1 }: GivenConfiguration): string {
  const plain = (name: string) => basename(name.split(':')[0]!).replace(/\.[^.]+$/, '');
  return `runs/${plain(data)}-${plain(model)}-${seed}`;
}
