/** The claims of a file system, or such as hold within this program alone. */
import type { Claims, Holder } from './claims.js';
import type { Files } from './files.js';

const local = new WeakMap<Files, Claims>();

/** Those of the file system; where it has none, as in a page, claims hold within this program. */
export function claimsOf(files: Files): Claims {
  if (files.claims !== undefined) return files.claims;
  const own = local.get(files) ?? createLocalClaims();
  local.set(files, own);
  return own;
}

function createLocalClaims(): Claims {
  const held = new Map<string, Holder>();
  return {
    take: async (path, about) => {
      const holder = held.get(path);
      if (holder !== undefined) return holder;
      held.set(path, { host: 'this program', pid: 0, about, silentSeconds: 0, alive: true, fraction: null });
      return {
        lost: new AbortController().signal,
        report: () => {},
        check: async () => {},
        release: async () => {
          held.delete(path);
        },
      };
    },
    look: async (path) => held.get(path) ?? null,
    list: async (folder) =>
      [...held.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
    tidy: async () => {},
  };
}
