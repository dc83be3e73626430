/** The runs below a folder, one line each. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { layersOf } from '../train/build.js';
import { repairRun } from '../train/repair-run.js';
import { type RunRecord, readRecord } from '../train/run-record.js';

/** What a list shows of a run; settings and figures beside these can be filtered and sorted by too. */
export interface RunSummary {
  /** From the folder that was searched. */
  readonly run: string;
  /** `damaged`: the folder is a run whose files cannot be read; `reason` says why. */
  readonly status: 'finished' | 'interrupted' | 'imported' | 'damaged';
  readonly data: string | null;
  readonly model: string | null;
  readonly noise: string | null;
  /** Epochs done, and as many as were asked for. */
  readonly epochs: number | null;
  readonly of: number | null;
  /** Accuracy of the best epoch so far on the validation data. */
  readonly validation: number | null;
  /** Accuracy on the test data. */
  readonly test: number | null;
  /** When it was begun, ISO 8601. */
  readonly created: string | null;
  readonly reason: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Folders are searched this deep; whoever keeps runs deeper names a folder nearer to them. */
const deepest = 6;

/** @throws InputError if the folder is missing. A damaged run is listed as such. */
export async function listRuns(files: Files, folder: string): Promise<RunSummary[]> {
  const found: RunSummary[] = [];
  for (const { path, run } of await findRuns(files, folder)) found.push(await summary(files, path, run));
  return found;
}

/**
 * Mends every run below a folder that is neither done nor imported.
 * @returns what was done to each, see `repairRun`. @throws InputError if the folder is missing, or a process works on one.
 */
export async function repairRuns(files: Files, folder: string): Promise<{ run: string; repaired: string[] }[]> {
  const mended: { run: string; repaired: string[] }[] = [];
  for (const { path, run } of await findRuns(files, folder)) {
    const { status } = await summary(files, path, run);
    const whole = status === 'finished' || status === 'imported';
    mended.push({ run, repaired: whole ? [] : await repairRun(files, path) });
  }
  return mended;
}

interface Found {
  readonly path: string;
  /** From the folder that was searched. */
  readonly run: string;
}

async function findRuns(files: Files, folder: string): Promise<Found[]> {
  const kind = await files.kind(folder);
  if (kind !== 'folder')
    throw new InputError(
      `${folder}: ${kind === 'file' ? 'got a file' : 'not found'}, expected a folder with runs in it`,
    );
  const found: Found[] = [];
  await search(files, folder, '.', found, 0);
  return found;
}

async function search(files: Files, path: string, shown: string, found: Found[], depth: number): Promise<void> {
  const entries = await files.list(path);
  if (entries.includes('config.yaml')) {
    found.push({ path, run: shown });
    return;
  }
  if (depth === deepest) return;
  for (const entry of entries) {
    if (entry.startsWith('.') || entry === 'node_modules') continue;
    const inner = files.join(path, entry);
    if ((await files.kind(inner)) === 'folder')
      await search(files, inner, shown === '.' ? entry : `${shown}/${entry}`, found, depth + 1);
  }
}

async function summary(files: Files, path: string, run: string): Promise<RunSummary> {
  try {
    return summarise(await readRecord(files, path), run);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const nothing = {
      data: null,
      model: null,
      noise: null,
      epochs: null,
      of: null,
      validation: null,
      test: null,
      created: null,
    };
    return { run, status: 'damaged', ...nothing, reason: error.message, settings: {} };
  }
}

function summarise({ document, epochs, environment, result }: RunRecord, run: string): RunSummary {
  const { settings, origin } = document;
  const imported = origin === 'imported';
  const layers = layersOf(settings);
  const each = (name: 'model' | 'noise') => [...new Set(layers.map((layer) => layer[name]))].join(' + ');
  const accuracies = epochs
    .map(({ validationAccuracy }) => validationAccuracy)
    .filter((value) => typeof value === 'number');
  const best = accuracies.length === 0 ? null : Math.max(...accuracies);
  return {
    run,
    status: imported ? 'imported' : result === null ? 'interrupted' : 'finished',
    data: imported ? null : settings.data,
    model: each('model'),
    noise: each('noise'),
    epochs: imported ? null : (result?.epochs ?? epochs.length),
    of: imported ? null : settings.epochs,
    validation: result?.validation.accuracy ?? best,
    test: result?.test?.accuracy ?? null,
    created: typeof environment.created === 'string' ? environment.created : null,
    reason: null,
    settings: { ...settings },
  };
}
