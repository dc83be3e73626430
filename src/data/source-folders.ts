/** A file a series in a folder for each class; or such folders in folders named train, validation and test. */
import { InputError } from '../errors.js';
import type { SequenceTable } from './dataset.js';
import { isFileList, readListedTable } from './file-lists.js';
import { joinSeries } from './join-series.js';
import { matched } from './schema/match.js';
import { isSeriesFile, readSeriesFile } from './series-file.js';
import type { DataLocation, DataSource } from './source.js';
import { isPartFolder, type PartName } from './source-files.js';

/** @returns the folder of the part; null if there is none. */
async function partFolder({ files, dataDir }: DataLocation, part: PartName): Promise<string | null> {
  for (const entry of await files.list(dataDir!)) {
    const path = files.join(dataDir!, entry);
    if (isPartFolder(entry, part) && (await files.kind(path)) === 'folder') return path;
  }
  return null;
}

/** Each sub-folder's name is the label of the files in it; files in the folder itself have none. */
async function readFolder({ files, reading = {} }: DataLocation, folder: string): Promise<SequenceTable> {
  const found: { path: string; label: string | null }[] = [];
  const passed: string[] = [];
  const take = async (inside: string, label: string | null) => {
    for (const entry of (await files.list(inside)).toSorted()) {
      const path = files.join(inside, entry);
      const kind = entry.startsWith('.') ? 'hidden' : await files.kind(path);
      if (kind === 'file' && isProse(entry)) passed.push(entry);
      else if (kind === 'file' && isSeriesFile(entry)) found.push({ path, label });
      if (kind === 'folder' && label === null) await take(path, entry);
    }
  };
  await take(folder, null);
  if (found.length === 0)
    throw new InputError(`${folder}: holds no series; expected .csv, .tsv, .txt or .npy files in a folder a class.`);
  const labels = found.map(({ label }) => label).filter((label) => label !== null);
  if (labels.length > 0 && labels.length < found.length)
    throw new InputError(
      `${folder}: holds files beside the folders of the classes (${found
        .filter(({ label }) => label === null)
        .slice(0, 3)
        .map(({ path }) => files.baseName(path))
        .join(', ')}); move them into one, or away.`,
    );
  const paths = found.map(({ path }) => path);
  const series = await Promise.all(paths.map((path) => readSeriesFile(files, path, reading)));
  const inside = paths.map((path) => relative(path, folder));
  const table = joinSeries(folder, paths, series, inside, reading);
  const notes = passed.length === 0 ? [] : [`not read: ${passed.slice(0, 5).join(', ')}`];
  return {
    ...table,
    ...(labels.length > 0 ? { labels, ...(reading.legacy ? {} : { labelsAre: 'texts' as const }) } : {}),
    ...(table.report && { report: { ...table.report, notes: [...table.report.notes, ...notes] } }),
  };
}

/** What describes data and is none. */
const isProse = (name: string) => /^(readme|licen[cs]e|changelog|notes?)(\.|$)/i.test(name);

/** A path within a folder, as `class/file`. */
function relative(path: string, folder: string): string {
  const inside = path.startsWith(folder) ? path.slice(folder.length) : path;
  return inside.replace(/^[/\\]+/, '').replaceAll('\\', '/');
}

/**
 * One file of a series, a list of such files, or a folder: its part for testing, or all that it holds.
 * @throws InputError if there is none.
 */
export async function loadSeriesFiles(location: DataLocation, path: string): Promise<SequenceTable> {
  const { files, reading = {} } = location;
  const held = async (table: Promise<SequenceTable>) => matched(await table, reading);
  if ((await files.kind(path)) === 'folder') {
    const test = await partFolder({ ...location, dataDir: path }, 'test');
    return held(readFolder(location, test ?? path));
  }
  if (!isSeriesFile(path) || (await isFileList(files, path, reading)))
    return held(readListedTable(files, path, reading));
  return held(
    readSeriesFile(files, path, reading).then((own) =>
      joinSeries(path, [path], [own], [files.baseName(path)], reading),
    ),
  );
}

export const folders: DataSource = {
  name: 'folders',
  description: 'a file a series, in a folder for each class; with folders train, validation and test, or one for all',
  normalisation: 'standard',
  heldOut: { fraction: 0.2, atMost: 2000 },
  loadFile: async (location, path) => readFolder(location, path),
  loadTraining: async (location) => ({
    train: await readFolder(location, (await partFolder(location, 'train')) ?? location.dataDir!),
    validation: null,
  }),
  loadValidation: async (location) => {
    const validation = await partFolder(location, 'validation');
    return validation === null ? null : readFolder(location, validation);
  },
  loadTest: async (location) => {
    const test = await partFolder(location, 'test');
    return test === null ? null : readFolder(location, test);
  },
};
