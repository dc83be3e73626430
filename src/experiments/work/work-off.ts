/**
 * Works on a folder until nothing is left: every worker, of whatever process on whatever machine, takes the first piece
 * that is neither done nor claimed, computes it, writes it, and looks again. Which worker computes what, and in which
 * order, shows in nothing but the clock.
 */
import { HeldError, InputError } from '../../errors.js';
import { type Claim, ClaimLostError, isClaim } from '../../platform/claims.js';
import { InterruptedError } from '../../train/index.js';
import type { StudyWorker } from '../workers.js';
import { type Board, type Failure, mostTries, type WorkDocument } from './board.js';
import { type Agenda, keyOf, type Outcome, type Piece, type Stage } from './piece.js';

export interface WorkContext {
  readonly board: Board;
  /** Started once there is something to compute. */
  readonly workers: () => Promise<readonly StudyWorker[]>;
  /** What `work.json` says besides the pieces. */
  readonly about: Pick<WorkDocument, 'name' | 'command'>;
  /** Pieces that will be known once earlier ones are done, as far as they can be told: for the time that is left. */
  readonly expected: readonly Piece[];
  /** Of those, what an earlier result seems to have, of whatever settings. */
  readonly seemsGiven?: ((piece: Piece) => boolean) | undefined;
  /**
   * One of many: goes on where a piece fails, leaves one that failed twice, and waits for what others compute. Otherwise
   * the first failure ends the work.
   */
  readonly join: boolean;
  /** Takes no new piece once it says so. */
  readonly enough?: (() => boolean) | undefined;
  /** The fraction is of all work, pieces of others included. */
  readonly onProgress: (fraction: number, label: string) => void;
  readonly onNote?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WorkedOff<Own extends Stage> {
  /** The stage that the work ended in. */
  readonly stage: Own;
  readonly found: ReadonlyMap<string, Outcome>;
  /**
   * `done`: every piece is there. `failed`: but those that failed twice. `others`: two others wait for what is still being
   * computed. `enough`: no more was to be taken.
   */
  readonly ended: 'done' | 'failed' | 'others' | 'enough';
  readonly failures: readonly Failure[];
}

/** Between two looks at what others do, in milliseconds: at first, and at most. */
const looks = { first: 200, longest: 10_000 };
const cancelMilliseconds = 2000;
/** So many wait for what others compute, in case those die; the rest may go. */
const waiters = 2;

/** @throws the first failure, unless it joins; InterruptedError once the signal is aborted; InputError once cancelled. */
export async function workOff<Own extends Stage>(agenda: Agenda<Own>, context: WorkContext): Promise<WorkedOff<Own>> {
  const { board, signal } = context;
  const found = new Map<string, Outcome>();
  const progress = createAccount(context, found);
  const busy = new Set<string>();
  const notNow = new Map<string, number>();
  let failures = await board.failures();
  let fatal: { readonly error: unknown } | undefined;
  let cancelled = await board.isCancelled();
  if (cancelled) throw new InputError('the work was cancelled; "noisy-rnn retry" of its folder lifts that');
  const stopping = () => fatal !== undefined || signal?.aborted === true || cancelled;

  /** What is there by now, and what is to be done next. Stages that are complete are passed over. */
  const look = async (): Promise<Own> => {
    for (;;) {
      const stage = agenda.stage(found);
      const missing = stage.pieces.filter((piece) => !found.has(keyOf(piece)));
      const stored = missing.length === 0 ? undefined : await board.stored();
      for (const piece of missing) {
        const outcome = await agenda.read(piece, stored?.[piece.kind].has(piece.name) ?? false);
        if (outcome !== undefined) found.set(keyOf(piece), outcome);
      }
      await progress.plan(stage);
      if (stage.last || stage.pieces.some((piece) => !found.has(keyOf(piece)))) return stage;
    }
  };

  const isOpen = (piece: Piece) => {
    const key = keyOf(piece);
    const tries = context.join ? (failures.get(key)?.tries ?? 0) : 0;
    return !found.has(key) && !busy.has(key) && tries < mostTries && (notNow.get(key) ?? 0) < performance.now();
  };

  /** Longest first, which ends soonest when many work; those that failed before, last. */
  const ordered = (pieces: readonly Piece[]) =>
    pieces
      .map((piece) => ({ piece, failed: Number(failures.has(keyOf(piece))), work: piece.work }))
      .sort((first, second) => first.failed - second.failed || second.work - first.work)
      .map(({ piece }) => piece);

  const takeFirst = async (stage: Own): Promise<{ piece: Piece; claim: Claim } | undefined> => {
    const open = ordered(stage.pieces.filter(isOpen));
    if (open.length === 0) return undefined;
    const claimed = await board.claimed();
    const free = open.filter((piece) => !claimed.has(keyOf(piece)));
    // Then those whose holders may be dead.
    for (const piece of [...free, ...open.filter((piece) => claimed.has(keyOf(piece)))]) {
      const key = keyOf(piece);
      if (stopping() || found.has(key) || busy.has(key)) continue;
      busy.add(key);
      const claim = await board.take(key, piece.label);
      if (!isClaim(claim)) {
        busy.delete(key);
        continue;
      }
      // Done by another between the look and the claim.
      const stored = (await board.stored())[piece.kind].has(piece.name);
      const outcome = stored ? await agenda.read(piece, true) : undefined;
      if (outcome === undefined) return { piece, claim };
      found.set(key, outcome);
      busy.delete(key);
      await claim.release();
    }
    return undefined;
  };

  const compute = async (worker: StudyWorker, piece: Piece, claim: Claim): Promise<void> => {
    const key = keyOf(piece);
    try {
      const outcome = await worker.run(piece, (fraction, label) => {
        claim.report(fraction);
        progress.report(piece, fraction, label);
      });
      await agenda.write(piece, outcome);
      found.set(key, outcome);
    } catch (error) {
      if (error instanceof ClaimLostError || error instanceof HeldError) {
        // Another works on it: whatever it is, its file will show.
        if (!context.join) throw error;
        notNow.set(key, performance.now() + looks.longest);
      } else if (!context.join || stopping() || error instanceof InputError || error instanceof InterruptedError) {
        throw error;
      } else {
        const failure = await board.fail(piece, error instanceof Error ? error.message : String(error));
        failures = new Map(failures).set(key, failure);
        context.onNote?.(`${piece.label} failed (try ${failure.tries} of ${mostTries}): ${failure.error}`);
      }
    } finally {
      progress.end(piece);
      busy.delete(key);
      await claim.release();
    }
  };

  let ended: WorkedOff<Own>['ended'] | undefined;
  let stage = await look();
  const wait = createWait();
  const live = async (worker: StudyWorker): Promise<void> => {
    for (let idle = 0; ended === undefined && !stopping(); ) {
      stage = await look();
      const missing = stage.pieces.filter((piece) => !found.has(keyOf(piece)));
      if (missing.length === 0) {
        ended = 'done';
        break;
      }
      if (context.enough?.()) {
        if (busy.size === 0) ended = 'enough';
        break;
      }
      const taken = await takeFirst(stage);
      if (taken !== undefined) {
        idle = 0;
        await compute(worker, taken.piece, taken.claim);
        wait.wake();
        continue;
      }
      failures = await board.failures();
      if (busy.size === 0 && missing.every((piece) => (failures.get(keyOf(piece))?.tries ?? 0) >= mostTries)) {
        ended = 'failed';
        break;
      }
      if (context.join && stage.last && busy.size === 0 && !(await wait.mayStay(board))) {
        ended = 'others';
        break;
      }
      await wait.sleep(Math.min(looks.longest, looks.first * 1.5 ** idle++));
    }
    wait.wake();
  };

  const timer = setInterval(async () => {
    cancelled ||= await board.isCancelled().catch(() => false);
    if (cancelled) wait.wake();
  }, cancelMilliseconds);
  const onAbort = () => wait.wake();
  signal?.addEventListener('abort', onAbort);
  try {
    const nothing = stage.last && stage.pieces.every((piece) => found.has(keyOf(piece)));
    const crew = nothing ? [] : await context.workers();
    await Promise.all(
      crew.map((worker) =>
        live(worker).catch((error: unknown) => {
          fatal ??= { error };
          wait.wake();
        }),
      ),
    );
    if (nothing) ended = 'done';
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', onAbort);
    await wait.close();
  }
  if (signal?.aborted) throw new InterruptedError('stopped; finished runs are kept, and --resume goes on from them');
  if (fatal !== undefined) throw fatal.error;
  if (cancelled) throw new InputError('the work was cancelled; what is done is kept, and "noisy-rnn retry" lifts that');
  return { stage, found, ended: ended ?? 'enough', failures: [...failures.values()] };
}

/** Sleep that others of this process can end, and a seat among those who may wait for other processes. */
function createWait() {
  let wakeAll: (() => void)[] = [];
  let seat: Claim | undefined;
  return {
    wake: () => {
      for (const wake of wakeAll) wake();
      wakeAll = [];
    },
    sleep: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        wakeAll.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
    async mayStay(board: Board): Promise<boolean> {
      for (let number = 1; seat === undefined && number <= waiters; number++) {
        const taken = await board.take(`waiting-${number}`, 'waits for what others compute');
        if (isClaim(taken)) seat = taken;
      }
      return seat !== undefined;
    },
    close: async () => seat?.release(),
  };
}

/** How much is done, of this and other processes. */
function createAccount(context: WorkContext, found: ReadonlyMap<string, Outcome>) {
  const { board, about, expected, onProgress } = context;
  /** Later pieces that seem to be there, for as long as nothing better is known. */
  const seen = new Set(expected.filter((piece) => context.seemsGiven?.(piece)).map(keyOf));
  const running = new Map<string, number>();
  let pieces: readonly Piece[] = expected;
  let shown = 0;
  const total = () => pieces.reduce((sum, { work }) => sum + work, 0);
  const isDone = (piece: Piece) => found.has(keyOf(piece)) || seen.has(keyOf(piece));
  const done = () => pieces.filter(isDone).reduce((sum, { work }) => sum + work, 0);
  let planned = '';
  return {
    /** Pieces of the stage in place of what was expected of them. */
    async plan({ pieces: known, last }: Stage): Promise<void> {
      const signature = known.map(keyOf).join(' ');
      if (signature === planned) return;
      planned = signature;
      const kinds = new Set(known.map(({ kind }) => kind));
      const keys = new Set(known.map(keyOf));
      const others = last
        ? pieces.filter((piece) => !kinds.has(piece.kind))
        : pieces.filter((piece) => !keys.has(keyOf(piece)));
      pieces = [...others, ...known];
      const stored = await board.stored();
      for (const piece of others) if (stored[piece.kind].has(piece.name)) seen.add(keyOf(piece));
      for (const key of keys) seen.delete(key);
      const listed = [...pieces]
        .sort((first, second) => (keyOf(first) < keyOf(second) ? -1 : 1))
        .map((piece) => ({
          ...{ kind: piece.kind, name: piece.name, work: piece.work },
          ...(found.has(keyOf(piece)) && !stored[piece.kind].has(piece.name) ? { given: true as const } : {}),
        }));
      await board.plan({ format: 'noisy-rnn/work', version: 1, ...about, pieces: listed });
    },
    report(piece: Piece, fraction: number, label: string): void {
      running.set(keyOf(piece), Math.max(running.get(keyOf(piece)) ?? 0, fraction * piece.work));
      const ahead = [...running.values()].reduce((sum, each) => sum + each, 0);
      shown = Math.max(shown, Math.min(1, (done() + ahead) / total()));
      onProgress(shown, label);
    },
    end: (piece: Piece) => running.delete(keyOf(piece)),
  };
}
