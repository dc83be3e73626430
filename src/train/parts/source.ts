/** Where parts of one's own come from: the caller's hands, or modules, which only Node has. */
import { InputError } from '../../errors.js';
import { kindOf, type Part, type PartKind, partKinds } from './kinds.js';

/** Modules on disk, and which of them this user has run on this machine. Paths are absolute. */
export interface Modules {
  resolve(path: string, folder?: string): string;
  /** From a folder to a module, with `/` between names; its base name alone where there is no relative path. */
  relative(folder: string, path: string): string;
  /** SHA-256 of the module's text, in hexadecimal; null if there is no such file. */
  digest(path: string): Promise<string | null>;
  /** Runs the module. @throws InputError if it cannot be loaded. */
  load(path: string): Promise<Readonly<Record<string, unknown>>>;
  isTrusted(path: string, sha256: string): Promise<boolean>;
  /** From now on the module may be run where a run of this user's names it, as long as it stays as it is. */
  trust(path: string, sha256: string): Promise<void>;
}

export interface PartSource {
  /** Handed over by the caller. */
  readonly own?: readonly Part[] | undefined;
  /** Without it a path of a module is refused. */
  readonly modules?: Modules | undefined;
  /** Run the modules that a stored run names, whoever made it. */
  readonly trust?: boolean | undefined;
}

/** Which version of a module a part came from. */
export interface ModuleRecord {
  /** Relative to the folder of the run. */
  readonly path: string;
  readonly sha256: string;
}

/** The one part of a kind that a module exports, by default, in a list, or by name. @throws InputError if there is no one. */
export function pickPart(
  exports: Readonly<Record<string, unknown>>,
  kind: PartKind,
  where: string,
  name?: string,
): Part {
  const { called, define } = partKinds[kind];
  const found = new Set<unknown>();
  const take = (value: unknown): void => {
    if (kindOf(value) === kind) found.add(value);
    else if (kindOf(value) === undefined && typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) if (kindOf(inner) === kind) found.add(inner);
  };
  if (kindOf(exports.default) === kind && name === undefined) return exports.default as Part;
  for (const [exported, value] of Object.entries(exports))
    if (name === undefined || name === exported || (value as { name?: unknown } | undefined)?.name === name)
      take(value);
  const all = [...found] as Part[];
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  if (only === undefined)
    throw new InputError(
      `${called} ${where}: ${name === undefined ? 'its exports hold' : `"${name}" is`} no such part; ` +
        `write "export default ${define}({ … })"`,
    );
  throw new InputError(
    `${called} ${where}: it exports several (${all.map((part) => part.name).join(', ')}); say which, as ${where}#${only.name}`,
  );
}
