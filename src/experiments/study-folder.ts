/**
 * The folder of a study: `runs/` (a training run each), `parts/` and `trials/` while it is computed, results, tables and
 * `report.html` at the end. Every file is written whole or not at all, so a study may be killed at any instant.
 */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { parseStored } from '../result/stored.js';
import type { StudyProtocol } from '../result/study.js';
import { differences, type Printable, recompleted } from './identity.js';
import type { Part, Trial } from './part.js';
import { stagesFolder } from './work/board.js';

export interface StudyFolder {
  /** Where the run of a model and seed is kept. */
  runPath(model: string, seed: number): string;
  /** Where its scores are kept until the part is whole; their names are added to it. */
  stagePath(model: string, seed: number): string;
  /**
   * The stored part; undefined if it is not finished, or was scored on something else (its run is kept).
   * @throws InputError if it is of other settings.
   */
  readPart(model: string, seed: number, settings: Printable, protocol: StudyProtocol): Promise<Part | undefined>;
  writePart(part: Part): Promise<void>;
  readTrial(name: string, settings: Printable): Promise<Trial | undefined>;
  writeTrial(name: string, trial: Trial): Promise<void>;
  /** @returns the path. */
  write(name: string, content: string): Promise<string>;
}

const PARTS = 'parts';
const TRIALS = 'trials';
const RUNS = 'runs';
/** Folders that a study is started from. */
const SCHEDULERS: ReadonlySet<string> = new Set(['slurm', 'kubernetes']);

/**
 * Makes the folder if need be.
 * @param resume go on with what is there; otherwise the folder has to be missing or empty.
 * @throws InputError if the folder holds anything else, or is a file.
 */
export async function openStudyFolder(files: Files, path: string, resume: boolean): Promise<StudyFolder> {
  await checkFree(files, path, resume);
  for (const folder of [RUNS, TRIALS, PARTS, stagesFolder]) await files.makeFolder(files.join(path, folder));
  const partPath = (model: string, seed: number) => files.join(path, PARTS, `${model}-seed${seed}.json`);
  const trialPath = (name: string) => files.join(path, TRIALS, `${name}.json`);
  const readIfThere = async <T extends { readonly format: string; readonly version: number }>(
    own: string,
    expected: Pick<T, 'format' | 'version'>,
  ): Promise<T | undefined> =>
    (await files.kind(own)) === 'file'
      ? parse<T>(new TextDecoder().decode(await files.read(own)), own, expected)
      : undefined;
  return {
    runPath: (model, seed) => files.join(path, RUNS, `${model}-seed${seed}`),
    stagePath: (model, seed) => files.join(path, stagesFolder, `${model}-seed${seed}`),
    async readPart(model, seed, settings, protocol) {
      const own = partPath(model, seed);
      const part = await readIfThere<Part>(own, { format: 'noisy-rnn/study-part', version: 2 });
      if (part === undefined) return undefined;
      refuseOther(differences(recompleted(part.settings), settings), own);
      return differences(part.protocol, protocol).length === 0 ? part : undefined;
    },
    writePart: (part) => files.write(partPath(part.run.model, part.run.seed), `${JSON.stringify(part)}\n`),
    async readTrial(name, settings) {
      const own = trialPath(name);
      const trial = await readIfThere<Trial>(own, { format: 'noisy-rnn/study-trial', version: 1 });
      if (trial !== undefined) refuseOther(differences(recompleted(trial.settings), settings), own);
      return trial;
    },
    writeTrial: (name, trial) => files.write(trialPath(name), `${JSON.stringify(trial)}\n`),
    async write(name, content) {
      const own = files.join(path, name);
      await files.write(own, content);
      return own;
    },
  };
}

function refuseOther(unlike: readonly string[], path: string): void {
  if (unlike.length === 0) return;
  throw new InputError(
    `${path} was computed with other settings (${unlike.join('; ')}), so the study cannot go on from it; use the same ones, ` +
      'or begin in a new folder (--out)',
  );
}

async function checkFree(files: Files, path: string, resume: boolean): Promise<void> {
  const kind = await files.kind(path);
  if (kind === 'missing') return;
  if (kind === 'file') throw new InputError(`${path} is a file; expected a folder for the study, new or empty (--out)`);
  const present = await files.list(path);
  // What a scheduler is started with may be there before the first worker.
  if (present.every((name) => SCHEDULERS.has(name))) return;
  // `runs` is made first: whatever a kill leaves behind, it is there.
  const isStudy = present.includes(RUNS);
  if (isStudy && resume) return;
  throw new InputError(
    isStudy
      ? `${path} already holds a study; go on with it (--resume), or give a new folder (--out)`
      : `${path} is not empty ("${present[0]}" is in it) and holds no study; give a new or an empty folder (--out)`,
  );
}

/** Files are written whole, so one that cannot be read was changed by someone else. */
function parse<T>(text: string, path: string, expected: { readonly format: string; readonly version: number }): T {
  let content: unknown;
  try {
    content = parseStored(text);
  } catch {
    content = undefined;
  }
  if (typeof content === 'object' && content !== null) {
    const { format, version } = content as { format?: unknown; version?: unknown };
    if (format === expected.format && version === expected.version) return content as T;
  }
  throw new InputError(`${path} is not a part of a study of this version; remove it to have it computed again`);
}
