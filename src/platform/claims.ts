/**
 * Claims: a run folder, or a part of a study, is worked on by whoever holds its claim, on one machine or on many that
 * share a folder. A claim is a folder with its owner's name in it; its holder shows at intervals that it is alive, and
 * when it has been silent for longer than its lease anyone may take its place.
 */
/** Who holds a claim, or held it last. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** What it works on. */
  readonly about: string;
  /** Since its last sign of life, by the clock of the folder's own file system. */
  readonly silentSeconds: number;
  /** False once its process is known to be gone, or its lease has run out: the claim may be taken over. */
  readonly alive: boolean;
  /** Of its work, as it last said; null if it never did. */
  readonly fraction: number | null;
}

export interface Claim {
  /** Aborted once another has taken over: this process was silent for too long. */
  readonly lost: AbortSignal;
  /** Tells others how far the work is. */
  report(fraction: number): void;
  /** @throws ClaimLostError once another has taken over. Asked before what only one process may write. */
  check(): Promise<void>;
  /** Gives it back; harmless when it is lost. */
  release(): Promise<void>;
}

export interface Claims {
  /** Takes the claim if it is free or its holder is gone. The folder that it lies in has to be there. */
  take(path: string, about: string): Promise<Claim | Holder>;
  /** Null if nobody holds it. */
  look(path: string): Promise<Holder | null>;
  /** Names of the claims in a folder, held or silent. */
  list(folder: string): Promise<string[]>;
  /** Removes what claims that were taken over have left behind in a folder, once nobody needs it. */
  tidy(folder: string): Promise<void>;
}

/** Another process took over, since this one had been silent for longer than its lease. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
}

export function isClaim(taken: Claim | Holder): taken is Claim {
  return 'release' in taken;
}

/** `node3, process 4711, last sign of life 12 s ago`. */
export function holderText({ host, pid, silentSeconds }: Holder): string {
  return `${host}, process ${pid}, last sign of life ${Math.round(silentSeconds)} s ago`;
}
