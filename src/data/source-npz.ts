import type { Files } from '../platform/files.js';
import { parseNpz } from './npz.js';
import { type DataSource, findPart, type Part, requirePart } from './source.js';

const part = (what: string, stem: string): Part => ({ what, names: [new RegExp(`^${stem}\\.npz$`, 'i')] });
const loadFile = async (files: Files, path: string) => parseNpz(await files.read(path), path);

export const npz: DataSource = {
  name: 'npz',
  description: 'NumPy archives train.npz, validation.npz and test.npz with x [rows, steps, inputs] and y [rows]',
  normalisation: 'standard',
  heldOut: { fraction: 0.2, atMost: 2000 },
  loadFile,
  loadTraining: async (location) => {
    const train = await requirePart(location, 'npz', part('training', 'train'), 'train.npz');
    const validation = await findPart(location, 'npz', part('validation', 'validation'));
    return {
      train: await loadFile(location.files, train),
      validation: validation === null ? null : await loadFile(location.files, validation),
    };
  },
  loadTest: async (location) => {
    const path = await findPart(location, 'npz', part('test', 'test'));
    return path === null ? null : loadFile(location.files, path);
  },
};
