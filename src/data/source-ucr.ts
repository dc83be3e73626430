import type { Files } from '../platform/files.js';
import { type DataSource, findPart, type Part, requirePart } from './source.js';
import { parseUcr } from './ucr.js';

const EXTENSIONS = ['tsv', 'txt', 'csv'];

/** Is this the name of a file of the UCR archive's format? */
export function isUcrFile(name: string): boolean {
  return EXTENSIONS.some((extension) => name.toLowerCase().endsWith(`.${extension}`));
}

/** @param prefix what the file names start with; any if omitted. */
function ucrSource(name: string, description: string, prefix: string): DataSource {
  const part = (what: string, suffix: string): Part => ({
    what,
    names: EXTENSIONS.map((extension) => new RegExp(`^${prefix}_${suffix}\\.${extension}$`, 'i')),
  });
  const shown = prefix === '.*' ? 'NAME' : prefix;
  const loadFile = async (files: Files, path: string) => parseUcr(await files.read(path), path);
  return {
    name,
    description,
    normalisation: 'standard',
    heldOut: { fraction: 0.2, atMost: 2000 },
    loadFile,
    loadTraining: async (location) => {
      const train = await requirePart(location, name, part('training', 'TRAIN'), `${shown}_TRAIN.tsv`);
      const validation = await findPart(location, name, part('validation', 'VALIDATION'));
      return {
        train: await loadFile(location.files, train),
        validation: validation === null ? null : await loadFile(location.files, validation),
      };
    },
    loadTest: async (location) => {
      const path = await findPart(location, name, part('test', 'TEST'));
      return path === null ? null : loadFile(location.files, path);
    },
  };
}

export const ecg5000 = ucrSource(
  'ecg5000',
  'ECG5000: heartbeats of 140 samples (UCR archive, from PhysioNet BIDMC chf07)',
  'ECG5000',
);

export const ucr = ucrSource(
  'ucr',
  'any univariate data set of the UCR archive: NAME_TRAIN.tsv and NAME_TEST.tsv',
  '.*',
);
