/**
 * What all who work on one folder know of each other, kept in it: `work.json` (the pieces and how much work each is),
 * `build.json` (the engine build that computes them), `claims/` (who works on what), `failed/` (what went wrong, and how
 * often), `cancelled.json`. There is no coordinator: everyone reads, and writes what is their own.
 */
import { InputError } from '../../errors.js';
import { type Claim, type Holder, isClaim } from '../../platform/claims.js';
import { claimsOf } from '../../platform/claims-of.js';
import type { Files } from '../../platform/files.js';
import { folders, keyOf, type Piece, type Task } from './piece.js';

export interface Failure {
  readonly piece: string;
  readonly tries: number;
  readonly error: string;
}

export interface PlannedPiece extends Pick<Piece, 'kind' | 'name' | 'work'> {
  /** Taken over from an earlier result: there is no file of it. */
  readonly given?: true;
}

export interface WorkDocument {
  readonly format: 'noisy-rnn/work';
  readonly version: 1;
  readonly name: string;
  readonly command: string;
  readonly pieces: readonly PlannedPiece[];
}

export const boardNames = {
  work: 'work.json',
  build: 'build.json',
  cancelled: 'cancelled.json',
  claims: 'claims',
  failed: 'failed',
} as const;

/** Scores of parts that are being computed; of no use once all is done. */
export const stagesFolder = 'stages';

/** A part that failed so often is left. */
export const mostTries = 2;

export interface Board {
  /** Names of the pieces of each kind that are stored. */
  stored(): Promise<Record<Task['kind'], ReadonlySet<string>>>;
  take(name: string, about: string): Promise<Claim | Holder>;
  /** Keys of what is claimed, by the living or the dead. */
  claimed(): Promise<ReadonlySet<string>>;
  holders(): Promise<Map<string, Holder>>;
  failures(): Promise<Map<string, Failure>>;
  fail(piece: Piece, error: string): Promise<Failure>;
  plan(document: WorkDocument): Promise<void>;
  /** Null if there is none. */
  readPlan(): Promise<WorkDocument | null>;
  isCancelled(): Promise<boolean>;
  /**
   * Agrees on one engine build for all, before anything is computed.
   * @throws InputError if the others compute with another one.
   */
  agreeOn(build: string): Promise<void>;
  /** Removes what the dead have left, once all is done. */
  tidy(): Promise<void>;
}

export async function openBoard(files: Files, path: string): Promise<Board> {
  const claims = claimsOf(files);
  const at = (...parts: string[]) => files.join(path, ...parts);
  for (const folder of [boardNames.claims, boardNames.failed]) await files.makeFolder(at(folder));
  const listed = async (folder: string) =>
    (await files.kind(at(folder))) === 'folder' ? files.list(at(folder)) : ([] as string[]);
  const readJson = async <T>(name: string): Promise<T | null> =>
    (await files.kind(at(name))) === 'file' ? parsed<T>(await files.read(at(name)), at(name)) : null;
  const board: Board = {
    async stored() {
      const names = async (folder: string) =>
        new Set((await listed(folder)).filter(isStored).map((name) => name.slice(0, -'.json'.length)));
      const { part, trial, rung } = folders;
      return { part: await names(part), trial: await names(trial), rung: await names(rung) };
    },
    take: (name, about) => claims.take(at(boardNames.claims, name), about),
    claimed: async () => new Set(await claims.list(at(boardNames.claims))),
    async holders() {
      const found = new Map<string, Holder>();
      for (const name of await claims.list(at(boardNames.claims))) {
        const holder = await claims.look(at(boardNames.claims, name));
        if (holder !== null) found.set(name, holder);
      }
      return found;
    },
    async failures() {
      const found = new Map<string, Failure>();
      for (const name of (await listed(boardNames.failed)).filter(isStored)) {
        const failure = await readJson<Failure>(files.join(boardNames.failed, name));
        if (failure !== null) found.set(failure.piece, failure);
      }
      return found;
    },
    async fail(piece, error) {
      const key = keyOf(piece);
      const before = await readJson<Failure>(files.join(boardNames.failed, `${key}.json`));
      const failure: Failure = { piece: key, tries: (before?.tries ?? 0) + 1, error };
      await files.write(at(boardNames.failed, `${key}.json`), `${JSON.stringify(failure)}\n`);
      return failure;
    },
    async plan(document) {
      const text = `${JSON.stringify(document)}\n`;
      const before = await readJson(boardNames.work);
      // Everyone writes the same, but for the command that each was started with.
      if (before === null || !samePieces(before as WorkDocument, document))
        await files.write(at(boardNames.work), text);
    },
    readPlan: () => readJson<WorkDocument>(boardNames.work),
    isCancelled: async () => (await files.kind(at(boardNames.cancelled))) !== 'missing',
    async agreeOn(build) {
      const known = async () => (await readJson<{ build: string }>(boardNames.build))?.build;
      let found = await known();
      while (found === undefined) {
        const claim = await board.take('build', 'the engine build');
        if (!isClaim(claim)) {
          await pause(50);
          found = await known();
          continue;
        }
        try {
          found = await known();
          if (found === undefined) await files.write(at(boardNames.build), `${JSON.stringify({ build })}\n`);
          found ??= build;
        } finally {
          await claim.release();
        }
      }
      if (found === build) return;
      const stored = Object.values(await board.stored()).some((names) => names.size > 0);
      const others = [...(await board.holders()).values()].some(({ alive }) => alive);
      // Begun with another build that left nothing behind.
      if (!stored && !others) return files.write(at(boardNames.build), `${JSON.stringify({ build })}\n`);
      throw new InputError(
        `${path} is computed by engine build ${found}, and this is ${build}: numbers of the two are different draws of the ` +
          'same experiment. Use the same engine (--engine) and the same kind of machine, or take both (--mix-builds)',
      );
    },
    async tidy() {
      await claims.tidy(at(boardNames.claims));
      for (const name of await claims.list(at(boardNames.claims)))
        if ((await claims.look(at(boardNames.claims, name)))?.alive === false) {
          const claim = await board.take(name, 'tidying up');
          if (isClaim(claim)) await claim.release();
        }
      await claims.tidy(at(boardNames.claims));
      for (const folder of ['', ...Object.values(folders), boardNames.failed])
        for (const name of await listed(folder))
          if (name.startsWith('.') && name.endsWith('.tmp')) await files.remove(at(folder, name));
      for (const name of await listed(stagesFolder)) await files.remove(at(stagesFolder, name));
      for (const { piece } of (await board.failures()).values())
        if (await isThere(board, piece)) await files.remove(at(boardNames.failed, `${piece}.json`));
    },
  };
  return board;
}

/** Whether a piece that failed once has come out well since. */
async function isThere(board: Board, key: string): Promise<boolean> {
  const stored = await board.stored();
  return (Object.keys(folders) as Task['kind'][]).some(
    (kind) => key.startsWith(`${kind}-`) && stored[kind].has(key.slice(kind.length + 1)),
  );
}

function samePieces(first: WorkDocument, second: WorkDocument): boolean {
  return first.name === second.name && JSON.stringify(first.pieces) === JSON.stringify(second.pieces);
}

function isStored(name: string): boolean {
  return name.endsWith('.json') && !name.startsWith('.');
}

function parsed<T>(bytes: Uint8Array, path: string): T {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch {
    throw new InputError(`${path} is not JSON: files are written whole, so someone changed it; remove it`);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
