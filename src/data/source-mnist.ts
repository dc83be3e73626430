import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import type { SequenceTable } from './dataset.js';
import { parseIdx } from './idx.js';
import { imageFamilyOf, type MnistView, mnistTable, mnistViews } from './mnist.js';
import { type DataSource, findPart, type Part, requirePart } from './source.js';

// Some copies are named train-images.idx3-ubyte.
const imagesOf = (what: string, stem: string): Part => ({
  what,
  names: [new RegExp(`^${stem}-images[-.]idx3-ubyte$`), new RegExp(`^${stem}-images[-.]idx3-ubyte\\.gz$`)],
});

/** Is this the name of a file of images in MNIST's format? */
export function isIdxImages(name: string): boolean {
  return /images[-.]idx3-ubyte(\.gz)?$/.test(name);
}

/** Images, and the labels in the file beside them (gzipped or not) if there is one. */
async function readImages(files: Files, path: string, view: MnistView): Promise<SequenceTable> {
  const images = parseIdx(await files.read(path), path, 3);
  const labelsPath = path.replace(/images([-.])idx3-ubyte(\.gz)?$/, 'labels$1idx1-ubyte');
  if (labelsPath === path) return mnistTable(view, images, null, path);
  for (const candidate of [labelsPath, `${labelsPath}.gz`])
    if ((await files.kind(candidate)) === 'file')
      return mnistTable(view, images, parseIdx(await files.read(candidate), candidate, 1), path);
  return mnistTable(view, images, null, path);
}

async function readLabelled(files: Files, path: string, view: MnistView): Promise<SequenceTable> {
  const table = await readImages(files, path, view);
  if (table.labels === null)
    throw new InputError(`${path}: no label file beside it; expected labels-idx1-ubyte in place of images-idx3-ubyte.`);
  return table;
}

export const mnistSources: DataSource[] = Object.entries<MnistView>(mnistViews).map(([name, view]) => {
  const own = { name, folder: imageFamilyOf(name)! };
  return {
    ...own,
    description: view.description,
    ...(view.side === undefined ? {} : { picture: { rows: view.side, columns: view.side, range: [0, 1] } }),
    normalisation: 'none',
    // As published: 58,000 + 2,000.
    heldOut: { fraction: 0.1, atMost: 2000 },
    loadFile: ({ files }, path) => readImages(files, path, view),
    loadTraining: async (location) => {
      const path = await requirePart(
        location,
        own,
        imagesOf('training', 'train'),
        'train-images-idx3-ubyte (or .gz) and train-labels-idx1-ubyte (or .gz)',
      );
      return { train: await readLabelled(location.files, path, view), validation: null };
    },
    loadTest: async (location) => {
      const path = await findPart(location, own, imagesOf('test', 't10k'));
      return path === null ? null : readLabelled(location.files, path, view);
    },
  };
});
