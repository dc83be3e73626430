/** Files kept in memory: for pages, and for tests. Paths are joined with "/". */
import { InputError } from '../errors.js';
import type { Files } from './files.js';

export function createMemoryFiles(): Files {
  const contents = new Map<string, Uint8Array>();
  const folders = new Set<string>(['']);
  const bytes = (content: Uint8Array | string) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
  const read = (path: string): Uint8Array => {
    const found = contents.get(normal(path));
    if (found === undefined) throw new InputError(`cannot read ${path}: no such file; check the path`);
    return found;
  };
  const put = (path: string, content: Uint8Array) => {
    if (!folders.has(parent(normal(path)))) throw new InputError(`cannot write ${path}: no such folder; make it first`);
    contents.set(normal(path), content);
  };
  return {
    join: (...parts) => normal(parts.join('/')),
    baseName: (path) => normal(path).split('/').at(-1)!,
    kind: async (path) => (contents.has(normal(path)) ? 'file' : folders.has(normal(path)) ? 'folder' : 'missing'),
    list: async (folder) => {
      const inside = [...contents.keys(), ...folders].filter((path) => path !== '' && parent(path) === normal(folder));
      return inside.map((path) => path.split('/').at(-1)!).sort();
    },
    read: async (path) => read(path).slice(),
    makeFolder: async (path) => {
      for (let folder = normal(path); folder !== ''; folder = parent(folder)) folders.add(folder);
    },
    write: async (path, content) => put(path, bytes(content)),
    append: async (path, text) => {
      const before = contents.get(normal(path)) ?? new Uint8Array(0);
      const after = bytes(text);
      const both = new Uint8Array(before.length + after.length);
      both.set(before);
      both.set(after, before.length);
      put(path, both);
    },
    remove: async (path) => {
      contents.delete(normal(path));
    },
  };
}

function normal(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function parent(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
