/** The kinds of parts that can be one's own, how each is told from anything else, and which settings name one. */
import type { Cell } from '../../cells/index.js';
import type { DiffusionScheme, UpdateScheme } from '../../noise/index.js';
import type { GivenConfiguration, SettingName } from '../configuration.js';
import type { LayerSettingName } from '../layer-settings.js';

/** What each kind is, as `define…` returns it. */
export interface PartTypes {
  readonly cell: Cell;
  readonly noise: DiffusionScheme | UpdateScheme;
}

export type PartKind = keyof PartTypes;
export type Part = PartTypes[PartKind];

interface KindEntry {
  /** As settings and messages call it. */
  readonly called: string;
  /** What makes one. */
  readonly define: string;
  /** Whether a value is one; `part` is what `define…` writes into it. */
  readonly is: (value: Readonly<Record<string, unknown>>) => boolean;
  /** Settings of the run that name one. */
  readonly settings: readonly SettingName[];
  /** Settings of a layer of a stack that name one. */
  readonly layerSettings: readonly LayerSettingName[];
}

/** A new kind of part is one row here, its type above, and its place among the run's parts (`parts.ts`). */
export const partKinds: { readonly [Kind in PartKind]: KindEntry } = {
  cell: {
    called: 'model',
    define: 'defineCell',
    is: (value) =>
      value.part === 'cell' ||
      (value.part === undefined && ['state', 'parameters'].every((key) => typeof value[key] === 'function')),
    settings: ['model'],
    layerSettings: ['model'],
  },
  noise: {
    called: 'noise scheme',
    define: 'defineNoise',
    is: ({ part }) => part === 'noise',
    settings: ['noise'],
    layerSettings: ['noise'],
  },
};

export const partKindNames = Object.keys(partKinds) as PartKind[];

/** The kind of a value that a module exports or a caller hands over; undefined if it is no part. */
export function kindOf(value: unknown): PartKind | undefined {
  if (typeof value !== 'object' || value === null || typeof (value as Part).name !== 'string') return undefined;
  return partKindNames.find((kind) => partKinds[kind].is(value as Record<string, unknown>));
}

/** A place in the settings that may name a part of one's own. */
export interface Place {
  readonly kind: PartKind;
  readonly text: string;
  /** The layer of a stack, from 0; null for a setting of the run. */
  readonly layer: number | null;
}

/** Every part that the settings name, by what they call it. */
export function placesOf(given: GivenConfiguration): Place[] {
  const texts = (value: unknown) => (Array.isArray(value) ? value : [value]).filter((own) => typeof own === 'string');
  return partKindNames.flatMap((kind): Place[] => {
    const { settings, layerSettings } = partKinds[kind];
    const ofRun = settings.flatMap((name) => texts(given[name]).map((text) => ({ kind, text, layer: null })));
    const ofLayers = (given.stack ?? []).flatMap((own, layer) =>
      layerSettings.flatMap((name) => texts(own[name]).map((text) => ({ kind, text, layer }))),
    );
    return [...ofRun, ...ofLayers];
  });
}

/** The settings with every part renamed. */
export function renameParts(
  given: GivenConfiguration,
  rename: (kind: PartKind, text: string) => string,
): GivenConfiguration {
  const renamed = (kind: PartKind, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((own) => renamed(kind, own));
    return typeof value === 'string' ? rename(kind, value) : value;
  };
  const over = <T extends object>(of: T, names: (kind: PartKind) => readonly string[]): T => {
    const found = new Map(Object.entries(of));
    for (const kind of partKindNames)
      for (const name of names(kind)) if (found.has(name)) found.set(name, renamed(kind, found.get(name)));
    return Object.fromEntries(found) as T;
  };
  const { stack } = given;
  const layers = stack?.map((layer) => over(layer, (kind) => partKinds[kind].layerSettings));
  return { ...over(given, (kind) => partKinds[kind].settings), ...(layers && { stack: layers }) };
}

/** Splits `NAME:key=value`, or `./mine.js#name:key=value`: the path of a module, and which of its parts. */
export function splitPart(text: string): {
  head: string;
  rest: string;
  module: { path: string; export?: string } | null;
} {
  const [, path, , name, rest = ''] = /^(.*?\.[cm]?[jt]s)(#(\w+))?(:.*)?$/s.exec(text) ?? [];
  if (path !== undefined)
    return { head: text.slice(0, text.length - rest.length), rest, module: { path, ...(name && { export: name }) } };
  const colon = text.indexOf(':');
  return colon < 0
    ? { head: text, rest: '', module: null }
    : { head: text.slice(0, colon).trim(), rest: text.slice(colon), module: null };
}

/** Whether a setting names a module rather than a part by its name. */
export const isModulePath = (text: string): boolean => splitPart(text).module !== null;
