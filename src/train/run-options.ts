import type { Files } from '../platform/files.js';
import type { FitProgress } from './fit.js';
import type { PartSource } from './parts/source.js';

/** What any sitting at a run is given. */
export interface RunOptions {
  readonly files: Files;
  /** Where parts of one's own come from; built-in ones alone unless given. */
  readonly parts?: PartSource | undefined;
  /** What `threads: auto` stands for; 1 unless given. */
  readonly cores?: number | undefined;
  /** Versions and machine, kept in `environment.json` for the record. */
  readonly environment?: Readonly<Record<string, unknown>> | undefined;
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
  /** Told what a user should know, such as that another engine had to be taken. */
  readonly onNote?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
