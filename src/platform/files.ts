import type { Claims } from './claims.js';

/**
 * What the library needs of a file system. Node's implementation is in `node.ts`; a page can supply its own (over
 * fetch, or in memory). Paths are strings that only the implementation interprets; `join` composes them.
 */
export interface Files {
  join(...parts: string[]): string;
  baseName(path: string): string;
  kind(path: string): Promise<'file' | 'folder' | 'missing'>;
  list(folder: string): Promise<string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Creates the folder and its parents. */
  makeFolder(path: string): Promise<void>;
  /** Writes under a temporary name in the same folder, flushes, then renames: the file is whole or not there. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** Appends and flushes. */
  append(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Where several processes may work on the same files. */
  readonly claims?: Claims;
}
