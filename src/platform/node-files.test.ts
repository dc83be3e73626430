import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { nodeFiles } from './node-files.js';

describe('nodeFiles', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'noisy-rnn-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes whole files in place of old ones and leaves nothing else', async () => {
    const path = nodeFiles.join(folder, 'a.json');
    await nodeFiles.write(path, 'first');
    await nodeFiles.write(path, Uint8Array.of(50, 51));
    await nodeFiles.append(path, '!');
    expect(await readFile(path, 'utf8')).toBe('23!');
    expect(await nodeFiles.list(folder)).toEqual(['a.json']);
    expect(nodeFiles.baseName(path)).toBe('a.json');
    await nodeFiles.remove(path);
    await nodeFiles.remove(path);
    expect(await nodeFiles.kind(path)).toBe('missing');
  });

  it('tells files, folders and what is missing apart', async () => {
    await nodeFiles.makeFolder(join(folder, 'b', 'c'));
    await nodeFiles.makeFolder(join(folder, 'b', 'c'));
    await writeFile(join(folder, 'f'), 'x');
    const kinds = await Promise.all(['b/c', 'f', 'g', 'f/g'].map((name) => nodeFiles.kind(join(folder, name))));
    expect(kinds).toEqual(['folder', 'file', 'missing', 'missing']);
    expect(Array.from(await nodeFiles.read(join(folder, 'f')))).toEqual([120]);
  });

  it('turns what the disk refuses into InputError with the path', async () => {
    await writeFile(join(folder, 'f'), 'x');
    await nodeFiles.makeFolder(join(folder, 'd'));
    const refused: [() => Promise<unknown>, RegExp][] = [
      [() => nodeFiles.read(join(folder, 'none')), /cannot read .*none: no such file/],
      [() => nodeFiles.read(folder), /it is a folder; expected a file/],
      [() => nodeFiles.list(join(folder, 'f')), /cannot list .*f: part of the path is a file/],
      [() => nodeFiles.write(join(folder, 'none', 'a'), 'x'), /cannot write .*none.a: no such file or folder/],
      [() => nodeFiles.write(join(folder, 'd'), 'x'), /cannot write .*d: /],
      [() => nodeFiles.append(join(folder, 'f', 'a'), 'x'), /cannot append to /],
      [() => nodeFiles.makeFolder(join(folder, 'f', 'a')), /cannot create the folder /],
    ];
    for (const [operation, message] of refused) {
      const error = await operation().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InputError);
      expect(String(error)).toMatch(message);
    }
    expect((await readdir(folder)).sort()).toEqual(['d', 'f']);
  });
});
