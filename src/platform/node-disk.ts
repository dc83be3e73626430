/** The few operations of a file system that claims rest on; a test may put one with faults in its place. */
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';

export interface Disk {
  /** Fails if it is there. */
  makeFolder(path: string): Promise<void>;
  write(path: string, text: string): Promise<void>;
  /** Null if it is not there. */
  read(path: string): Promise<string | null>;
  /** When a file or folder was last written to, in milliseconds; null if it is not there. */
  changed(path: string): Promise<number | null>;
  /** Names in a folder; null if it is not there. */
  names(folder: string): Promise<string[] | null>;
  rename(from: string, to: string): Promise<void>;
  /** With all that is in it; nothing happens if it is not there. */
  remove(path: string): Promise<void>;
}

export const nodeDisk: Disk = {
  makeFolder: async (path) => {
    await mkdir(path);
  },
  write: (path, text) => writeFile(path, text),
  // Opened rather than asked about: a network file system answers an opening from the server, a question from memory.
  read: (path) => unlessMissing(() => opened(path, async (file) => file.readFile('utf8'))),
  changed: (path) => unlessMissing(() => opened(path, async (file) => (await file.stat()).mtimeMs)),
  names: (folder) => unlessMissing(() => readdir(folder)),
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
};

async function opened<T>(path: string, use: (file: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function unlessMissing<T>(operation: () => Promise<T>): Promise<T | null> {
  try {
    return await operation();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A handle goes stale when another machine has removed what it stood for.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE') return null;
    throw error;
  }
}
