/** Makes a run whose files contradict each other one that can be gone on with: to the numbers it would have had. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { withRunClaim } from './claim-run.js';
import { readRunDocument } from './run-document.js';
import { RunFolder } from './run-folder.js';
import { decodeState, type RunState } from './run-state.js';

/**
 * What two writers, a disk that lost a file or a hand may have left: metrics out of order or torn, checkpoints or results
 * that cannot be read. What a checkpoint completes is kept; what is missing is computed again when the run is resumed.
 * @returns what was done, a sentence each; empty if nothing was wrong.
 * @throws InputError if the folder is no run, its configuration is damaged, or a process works on it.
 */
export async function repairRun(files: Files, path: string): Promise<string[]> {
  const folder = await RunFolder.open(files, path);
  readRunDocument(await folder.readConfig(), path);
  return withRunClaim(files, path, async (claim) => {
    folder.guard(claim);
    await folder.removeRemnants();
    const done: string[] = [];
    const state = await soundState(folder, done);
    const dropped = await folder.salvageMetrics(state?.position.epoch ?? 0);
    if (dropped > 0)
      done.push(
        `${dropped} of the lines of metrics.jsonl were repeated, out of order or torn, and are gone; ` +
          `${state?.position.epoch ?? 0} epochs are kept`,
      );
    if (await folder.discardUnreadable()) done.push('a result that could not be read is gone: resuming makes it anew');
    return done;
  });
}

/** The state of the last checkpoint, if that and the best weights can be read; else both go. */
async function soundState(folder: RunFolder, done: string[]): Promise<RunState | null> {
  const last = await read(folder, 'last');
  if (last === undefined) return null;
  const best = last === null || last.position.best === null ? undefined : await read(folder, 'best');
  const sound = last !== null && (last.position.best === null || (best !== undefined && best !== null));
  if (sound) return last;
  await folder.discardCheckpoints();
  done.push(
    `the ${last === null ? 'last' : 'best'} checkpoint cannot be read: the run starts anew from its configuration`,
  );
  return null;
}

/** Undefined if it is missing, null if it cannot be read. */
async function read(folder: RunFolder, which: 'last' | 'best'): Promise<RunState | null | undefined> {
  const bytes = await folder.readCheckpoint(which);
  if (bytes === undefined) return undefined;
  try {
    return decodeState(bytes);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
