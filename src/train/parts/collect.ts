/** Finds the parts that settings name, when a run is begun. */
import { InputError, located } from '../../errors.js';
import type { GivenConfiguration } from '../configuration.js';
import { kindOf, type Part, type PartKind, partKinds, placesOf, renameParts, splitPart } from './kinds.js';
import { createParts, type OwnPart, type Parts, refuseBuiltInName } from './parts.js';
import { type PartSource, pickPart } from './source.js';

export interface Collected {
  /** With every part called by its own name. */
  readonly settings: GivenConfiguration;
  readonly parts: Parts;
}

/**
 * @param given settings that the caller wrote: modules that they name are run, and trusted from now on.
 * @param inherited parts of the run that training starts from.
 * @throws InputError for a module that cannot be loaded, or names that are taken.
 */
export async function collectParts(
  given: GivenConfiguration,
  { own = [], modules }: PartSource,
  inherited?: Parts,
): Promise<Collected> {
  const found: OwnPart[] = [];
  const names = new Map<string, string>();
  for (const part of new Set(own)) {
    const kind = kindOf(part);
    if (kind === undefined) throw new InputError('a part was handed over that none of the define… functions made');
    refuseBuiltInName(kind, part.name);
    found.push({ kind, name: part.name, part, module: null, traces: [] });
  }
  for (const { kind, text, layer } of placesOf(given)) {
    const { head, module } = splitPart(text);
    if (names.has(`${kind} ${head}`)) continue;
    if (module === null) {
      const known = inherited?.own.find((part) => part.kind === kind && part.name === head);
      if (known !== undefined && !found.some((part) => part.kind === kind && part.name === head)) found.push(known);
      continue;
    }
    try {
      if (modules === undefined)
        throw new InputError(
          `${partKinds[kind].called} ${head}: modules are loaded in Node alone; hand the part itself over`,
        );
      const absolute = modules.resolve(module.path);
      const sha256 = await modules.digest(absolute);
      const part = pickPart(await modules.load(absolute), kind, module.path, module.export);
      refuseBuiltInName(kind, part.name);
      if (sha256 !== null) await modules.trust(absolute, sha256);
      names.set(`${kind} ${head}`, part.name);
      found.push({
        kind,
        name: part.name,
        part,
        module: { path: absolute, sha256: sha256 ?? '', absolute },
        traces: [],
      });
    } catch (error) {
      throw layer === null ? error : located(error, `layer ${layer + 1}`);
    }
  }
  const rename = (kind: PartKind, text: string): string => {
    const { head, rest } = splitPart(text);
    const name = names.get(`${kind} ${head}`);
    return name === undefined ? text : name + rest;
  };
  return { settings: renameParts(given, rename), parts: createParts(found) };
}

/** The parts that settings use. */
export function usedParts(settings: GivenConfiguration, parts: Parts): OwnPart[] {
  const used = new Set(placesOf(settings).map(({ kind, text }) => `${kind} ${splitPart(text).head}`));
  return parts.own.filter(({ kind, name }) => used.has(`${kind} ${name}`));
}

export type { Part };
