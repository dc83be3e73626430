import type { Files } from '../platform/files.js';
import type { CellResolver } from './build.js';
import type { FitProgress } from './fit.js';

/** What any sitting at a run is given. */
export interface RunOptions {
  readonly files: Files;
  /** Finds the cell of the `model` setting; the built-in ones unless given. */
  readonly resolveCell?: CellResolver | undefined;
  /** What `threads: auto` stands for; 1 unless given. */
  readonly cores?: number | undefined;
  /** Versions and machine, kept in `environment.json` for the record. */
  readonly environment?: Readonly<Record<string, unknown>> | undefined;
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
  /** Told what a user should know, such as that another engine had to be taken. */
  readonly onNote?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
