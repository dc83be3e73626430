/** How far a study or a sweep is, from the files of its folder alone. */
import { InputError } from '../../errors.js';
import type { Files } from '../../platform/files.js';
import { boardNames, mostTries, openBoard, type PlannedPiece } from './board.js';
import { folders, keyOf } from './piece.js';

export interface WorkStatus {
  readonly parts: {
    readonly done: number;
    /** By a process that gives signs of life. */
    readonly claimed: number;
    /** So often that they are left. */
    readonly failed: number;
    readonly left: number;
  };
  readonly workers: readonly {
    readonly host: string;
    readonly pid: number;
    readonly part: string;
    readonly silentSeconds: number;
  }[];
  /** Of all work. */
  readonly fraction: number;
  /** At the pace of the workers that are there; null while there is none, or nothing to reckon from. */
  readonly secondsLeft: number | null;
}

/** Finished pieces that the pace is reckoned from. */
const sampled = 24;

/** @throws InputError if the folder holds no work. */
export async function statusOf(files: Files, path: string): Promise<WorkStatus> {
  await refuseOther(files, path);
  const board = await openBoard(files, path);
  const [plan, stored, holders, failures] = [
    await board.readPlan(),
    await board.stored(),
    await board.holders(),
    await board.failures(),
  ];
  const pieces = plan?.pieces ?? [];
  const isDone = ({ kind, name, given }: PlannedPiece) => given === true || stored[kind].has(name);
  const undone = pieces.filter((piece) => !isDone(piece));
  const claimed = undone.filter((piece) => holders.get(keyOf(piece))?.alive === true);
  const failed = undone.filter(
    (piece) => !claimed.includes(piece) && (failures.get(keyOf(piece))?.tries ?? 0) >= mostTries,
  );
  const workers = undone.flatMap((piece) => {
    const holder = holders.get(keyOf(piece));
    if (holder === undefined) return [];
    const { host, pid, silentSeconds } = holder;
    return [{ host, pid, part: piece.name, silentSeconds: Math.round(10 * silentSeconds) / 10 }];
  });
  const total = sumOfWork(pieces);
  const begun = claimed.reduce((sum, piece) => sum + piece.work * (holders.get(keyOf(piece))?.fraction ?? 0), 0);
  const work = sumOfWork(pieces) - sumOfWork(undone) + begun;
  const pace = await secondsPerWork(
    files,
    path,
    pieces.filter(({ kind, name }) => stored[kind].has(name)),
  );
  const leftWork = sumOfWork(undone) - sumOfWork(failed) - begun;
  return {
    parts: {
      done: pieces.length - undone.length,
      claimed: claimed.length,
      failed: failed.length,
      left: undone.length - claimed.length - failed.length,
    },
    workers,
    fraction: total === 0 ? 0 : work / total,
    secondsLeft: secondsLeft(leftWork, pace, claimed.length),
  };
}

function secondsLeft(work: number, pace: number | null, workers: number): number | null {
  if (work <= 0) return 0;
  return pace === null || workers === 0 ? null : Math.round((work * pace) / workers);
}

/**
 * Has the parts that failed tried again, and lifts a cancellation.
 * @returns the keys of the parts. @throws InputError if the folder holds no work.
 */
export async function retryWork(files: Files, path: string): Promise<string[]> {
  await refuseOther(files, path);
  const board = await openBoard(files, path);
  const failures = [...(await board.failures()).keys()];
  for (const key of failures) await files.remove(files.join(path, boardNames.failed, `${key}.json`));
  await files.remove(files.join(path, boardNames.cancelled));
  return failures;
}

/** Has all workers save and stop, within seconds. @throws InputError if the folder holds no work. */
export async function cancelWork(files: Files, path: string, by: string): Promise<void> {
  await refuseOther(files, path);
  const content = { by, at: new Date().toISOString() };
  await files.write(files.join(path, boardNames.cancelled), `${JSON.stringify(content)}\n`);
}

async function refuseOther(files: Files, path: string): Promise<void> {
  if ((await files.kind(files.join(path, boardNames.work))) === 'file') return;
  if ((await files.kind(path)) !== 'folder')
    throw new InputError(`${path}: not found, expected the folder of a study or a sweep`);
  const entries = await files.list(path);
  if (['slurm', 'kubernetes', 'runs'].some((name) => entries.includes(name))) return;
  throw new InputError(`${path}: no ${boardNames.work} in it; expected the folder of a study or a sweep`);
}

function sumOfWork(pieces: readonly { readonly work: number }[]): number {
  return pieces.reduce((sum, { work }) => sum + work, 0);
}

async function secondsPerWork(files: Files, path: string, done: readonly PlannedPiece[]): Promise<number | null> {
  let [seconds, work] = [0, 0];
  for (const piece of done.slice(-sampled)) {
    const text = await files.read(files.join(path, folders[piece.kind], `${piece.name}.json`));
    const content = JSON.parse(new TextDecoder().decode(text)) as { seconds?: number; run?: { seconds?: number } };
    seconds += content.run?.seconds ?? content.seconds ?? 0;
    work += piece.work;
  }
  return seconds === 0 || work === 0 ? null : seconds / work;
}
