/** What is computed by itself, by one worker, and kept in a file: a part of a study, a trial of a search, a rung of a sweep. */
import type { Part, Trial } from '../part.js';
import type { PartTask } from '../run-part.js';
import type { TrialTask } from '../run-trial.js';
import type { RungResult, RungTask } from '../sweep/run-rung.js';

export type Task =
  | { readonly kind: 'part'; readonly task: PartTask }
  | { readonly kind: 'trial'; readonly task: TrialTask }
  | { readonly kind: 'rung'; readonly task: RungTask };

export type Outcome = Part | Trial | RungResult;

export type Piece = Task & {
  /** Of its kind: its file is FOLDER/NAME.json, see `folders`. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** About how long it takes, in epochs. */
  readonly work: number;
};

/** Where the pieces of a kind are kept. */
export const folders = { part: 'parts', trial: 'trials', rung: 'rungs' } as const satisfies Record<
  Task['kind'],
  string
>;

/** One of a folder, also as the name of a claim. */
export function keyOf({ kind, name }: Pick<Piece, 'kind' | 'name'>): string {
  return `${kind}-${name}`;
}

/** What can be computed now. */
export interface Stage {
  readonly pieces: readonly Piece[];
  /** Whether nothing comes after it. */
  readonly last: boolean;
}

/** What is to be done, as far as it can be known from what is done: the same for every worker. */
export interface Agenda<Own extends Stage = Stage> {
  readonly stage: (found: ReadonlyMap<string, Outcome>) => Own;
  /** A finished piece, from its file or elsewhere; undefined if there is none that fits. */
  readonly read: (piece: Piece, stored: boolean) => Promise<Outcome | undefined>;
  readonly write: (piece: Piece, outcome: Outcome) => Promise<void>;
}
