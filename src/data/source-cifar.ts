import { InputError } from '../errors.js';
import { type CifarName, cifarTable, cifarViews } from './cifar.js';
import { type DataLocation, type DataSource, findPart, listParts, type Part } from './source.js';

const training = /^data_batch_\d+\.bin$/;
const test: Part = { what: 'test', names: [/^test_batch\.bin$/] };

export const cifarSources: DataSource[] = (Object.keys(cifarViews) as CifarName[]).map((name) => {
  const own = { name, folder: 'cifar10' };
  const read = async ({ files }: DataLocation, paths: readonly string[]) =>
    cifarTable(name, await Promise.all(paths.map(async (path) => ({ name: path, bytes: await files.read(path) }))));
  return {
    ...own,
    description: cifarViews[name].description,
    normalisation: 'none',
    // 45,000 + 5,000 of the whole set.
    heldOut: { fraction: 0.1, atMost: 5000 },
    loadFile: (location, path) => read(location, [path]),
    loadTraining: async (location) => {
      const paths = await listParts(location, own, training);
      if (paths.length === 0)
        throw new InputError(
          `${location.dataDir} has no training file for '${name}'; expected data_batch_1.bin … data_batch_5.bin (the ` +
            'binary version of CIFAR-10), here or in a folder cifar10.',
        );
      return { train: await read(location, paths), validation: null };
    },
    loadTest: async (location) => {
      const path = await findPart(location, own, test);
      return path === null ? null : read(location, [path]);
    },
  };
});

/** Is this the name of a file of CIFAR-10's binary version? */
export function isCifarFile(name: string): boolean {
  return training.test(name) || test.names[0]!.test(name);
}
