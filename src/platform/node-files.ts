/** Files on the local disk, through Node. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../errors.js';
import type { Files } from './files.js';
import { createNodeClaims } from './node-claims.js';

/** Every operation throws InputError naming the path if the disk or its permissions refuse it. */
export const nodeFiles: Files = {
  join: (...parts) => join(...parts),
  baseName: (path) => basename(path),
  kind: (path) => attempt('look at', path, () => kindOf(path)),
  list: (folder) => attempt('list', folder, async () => (await readdir(folder)).sort()),
  read: (path) => attempt('read', path, () => readFile(path)),
  makeFolder: (path) =>
    attempt('create the folder', path, async () => {
      await mkdir(path, { recursive: true });
    }),
  write: (path, content) => attempt('write', path, () => writeWhole(path, content)),
  append: (path, text) => attempt('append to', path, () => writeAndFlush(path, 'a', text)),
  remove: (path) => attempt('remove', path, () => rm(path, { force: true })),
  claims: createNodeClaims(),
};

async function kindOf(path: string): Promise<'file' | 'folder' | 'missing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return 'missing';
    throw error;
  }
}

async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeAndFlush(temporary, 'wx', content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await flushFolder(dirname(path));
}

async function writeAndFlush(path: string, flag: 'a' | 'wx', content: Uint8Array | string): Promise<void> {
  const handle = await open(path, flag);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** So that the new name survives a power cut; some systems do not let a folder be opened, and need not. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(codeOf(error))) throw error;
  }
}

async function attempt<Result>(action: string, path: string, operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof InputError || codeOf(error) === '') throw error;
    throw new InputError(`cannot ${action} ${path}: ${explain(error)}`);
  }
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder; check the path',
  ENOTDIR: 'part of the path is a file, not a folder; check the path',
  EISDIR: 'it is a folder; expected a file',
  EEXIST: 'a file of that name is in the way; choose another path',
  EACCES: 'permission denied; choose another path or change its permissions',
  EPERM: 'not permitted; choose another path or change its permissions',
  EROFS: 'the disk is read-only; choose another path',
  ENOSPC: 'the disk is full; free some space',
};

function explain(error: unknown): string {
  return EXPLANATIONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
