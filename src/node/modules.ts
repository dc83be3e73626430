/** Modules of one's own on disk: loaded, told apart by digest, and remembered once this user has run them on this machine. */
import { createHash } from 'node:crypto';
import { homedir, platform } from 'node:os';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../errors.js';
import { nodeFiles } from '../platform/node-files.js';
import type { Modules, PartSource } from '../train/parts/source.js';

const list = 'trusted-modules.jsonl';

/** NOISY_RNN_CONFIG, or the platform's folder for a user's settings (XDG base directories on Linux). */
export function configFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { NOISY_RNN_CONFIG, XDG_CONFIG_HOME, APPDATA } = environment;
  if (NOISY_RNN_CONFIG) return NOISY_RNN_CONFIG;
  if (platform() === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'noisy-rnn');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Application Support', 'noisy-rnn');
  const base = XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(homedir(), '.config');
  return join(base, 'noisy-rnn');
}

/** A module larger than this is none. */
const largest = 2 ** 26;

export const nodeModules: Modules = {
  resolve: (path, folder = '.') => resolve(folder, path),
  relative(folder, path) {
    const found = relative(resolve(folder), path);
    return isAbsolute(found) ? basename(path) : found.split(sep).join('/');
  },
  async digest(path) {
    if ((await nodeFiles.kind(path)) !== 'file') return null;
    const bytes = await nodeFiles.read(path);
    return bytes.length > largest ? null : createHash('sha256').update(bytes).digest('hex');
  },
  async load(path) {
    try {
      return await import(pathToFileURL(path).href);
    } catch (error) {
      throw new InputError(`${basename(path)}: the module cannot be loaded: ${reasonOf(error, path)}`);
    }
  },
  async isTrusted(path, sha256) {
    const known = await trustedModules();
    return known.some((entry) => entry.path === path && entry.sha256 === sha256);
  },
  async trust(path, sha256) {
    try {
      if (await nodeModules.isTrusted(path, sha256)) return;
      await nodeFiles.makeFolder(configFolder());
      await nodeFiles.append(join(configFolder(), list), `${JSON.stringify({ path, sha256 })}\n`);
    } catch (error) {
      // Where nothing can be kept, resuming asks for --trust; what is begun now goes on.
      if (!(error instanceof InputError)) throw error;
    }
  },
};

/** Parts for runs that are read: modules that this user has run before, and with `trust` any. */
export function nodeParts(trust = false): PartSource {
  return { modules: nodeModules, trust };
}

interface Trusted {
  readonly path: string;
  readonly sha256: string;
}

async function trustedModules(): Promise<Trusted[]> {
  const path = join(configFolder(), list);
  if ((await nodeFiles.kind(path)) !== 'file') return [];
  const lines = new TextDecoder().decode(await nodeFiles.read(path)).split('\n');
  return lines.flatMap((line): Trusted[] => {
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === 'object' && entry !== null && 'path' in entry ? [entry as Trusted] : [];
    } catch {
      // A line cut short by a kill, or the empty one at the end.
      return [];
    }
  });
}

function reasonOf(error: unknown, path: string): string {
  const reason = error instanceof Error ? error.message : String(error);
  const typed = /\.[cm]?ts$/.test(path) && (error as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION';
  return typed
    ? `this Node does not strip types; use Node 22.18 or later, or compile it to JavaScript (${reason})`
    : reason;
}
