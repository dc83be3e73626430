/** The parts of a run by the names that its settings give them: its own before the built-in ones. */
import { type Cell, cells, parseCell } from '../../cells/index.js';
import { InputError } from '../../errors.js';
import type { TracedCell, TracedNoise } from '../../model/index.js';
import { type NoiseScheme, noiseScale, parseNoise, schemes } from '../../noise/index.js';
import { numberAt, parseSpec } from '../../spec.js';
import { type Part, type PartKind, type PartTypes, partKinds, splitPart } from './kinds.js';
import type { ModuleRecord } from './source.js';

/** What a part is as data. */
export type TracedPart = TracedCell | TracedNoise;

export interface OwnPart {
  readonly kind: PartKind;
  readonly name: string;
  /** The part, or why it is not to be had. */
  readonly part: Part | { readonly unavailable: string };
  /** Null for one that was handed over. */
  readonly module: (ModuleRecord & { readonly absolute?: string }) | null;
  /** Of a cell, noise scheme, loss or readout: at the sizes of the run. */
  readonly traces: readonly TracedPart[];
}

export interface Parts {
  readonly own: readonly OwnPart[];
  /** @throws InputError for an unknown name, here and below. */
  readonly cell: (text: string) => Cell;
  /** One of one's own takes ε alone: `learned:eps=0.5`. */
  readonly noise: (text: string) => NoiseScheme;
}

/** Names of the built-in parts of each kind, which no part of one's own may take. */
const builtIn: { readonly [Kind in PartKind]: () => readonly string[] } = {
  cell: () => Object.keys(cells),
  noise: () => Object.keys(schemes),
};

/** @throws InputError for two parts of one kind and name, or one that has the name of a built-in part. */
export function createParts(own: readonly OwnPart[]): Parts {
  const found = new Map<string, OwnPart>();
  for (const part of own) {
    const key = `${part.kind} ${part.name}`;
    const other = found.get(key);
    const { called } = partKinds[part.kind];
    if (other !== undefined && other.part !== part.part)
      throw new InputError(`two ${called}s are called "${part.name}"; give each a name of its own`);
    found.set(key, part);
  }
  /** The own part that a text names, and what the text says besides its name. */
  const ownOf = <Kind extends PartKind>(
    kind: Kind,
    text: string,
  ): { part: PartTypes[Kind]; rest: string } | undefined => {
    const { head, rest } = splitPart(text);
    const known = found.get(`${kind} ${head}`);
    if (known === undefined) return undefined;
    if ('unavailable' in known.part) throw new InputError(known.part.unavailable);
    return { part: known.part as PartTypes[Kind], rest };
  };
  return {
    own: [...found.values()],
    cell: (text) => {
      const known = ownOf('cell', text);
      if (known === undefined) return parseCell(text);
      if (known.rest !== '') throw new InputError(`model ${known.part.name} has no keys, got "${text}"`);
      return known.part;
    },
    noise: (text) => {
      const known = ownOf('noise', text);
      if (known === undefined) return parseNoise(text);
      const { name } = known.part;
      const { values } = parseSpec(name + known.rest, { [name]: { keys: { eps: noiseScale } } }, 'noise scheme');
      return { ...known.part, scale: numberAt(values, 'eps') };
    },
  };
}

/** No part of one's own. */
export const builtInParts: Parts = createParts([]);

/** @throws InputError for a new part that is called like a built-in one: which is meant could not be told. */
export function refuseBuiltInName(kind: PartKind, name: string): void {
  if (!builtIn[kind]().includes(name)) return;
  throw new InputError(`${partKinds[kind].called} "${name}" is built in; give yours another name`);
}
