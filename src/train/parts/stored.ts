/** The parts of a run as its folder or file keeps them: graphs, and which modules the code came from. */
import { z } from 'zod';
import { InputError, located } from '../../errors.js';
import type { GivenConfiguration } from '../configuration.js';
import { kindOf, type PartKind, partKindNames, partKinds, placesOf, splitPart } from './kinds.js';
import { createParts, type OwnPart, type Parts, type TracedPart } from './parts.js';
import { type ModuleRecord, type PartSource, pickPart } from './source.js';
import { partOfTraces } from './trace.js';

export interface StoredPart {
  readonly kind: PartKind;
  readonly name: string;
  readonly module?: ModuleRecord | undefined;
  readonly traces?: readonly TracedPart[] | undefined;
}

export interface PartsDocument {
  readonly format: 'noisy-rnn/parts';
  readonly version: 1;
  readonly parts: readonly StoredPart[];
}

const extent = z
  .int()
  .min(1)
  .max(2 ** 24);
/** A parameter that would read inputs that there are none of has no entries. */
const shape = z
  .array(
    z
      .int()
      .min(0)
      .max(2 ** 24),
  )
  .min(1)
  .max(2);
const number = z.number();
const initial = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal(['normal', 'uniform']), scale: number }),
  z.strictObject({ kind: z.literal('constant'), value: number }),
  z.strictObject({ kind: z.literal('orthogonal') }),
  z.strictObject({ kind: z.literal('rotations'), units: extent, angle: number }),
]);
const name = z.string().regex(/^[A-Za-z_]\w{0,99}$/);
const names = z.array(name).max(1000);
const parameters = z.record(name, z.strictObject({ shape, initial }));
/** Nodes are checked one by one where the graph is read. */
const graph = z.strictObject({ nodes: z.array(z.unknown()).max(50_000), outputs: z.record(z.string(), z.int()) });
const whole = z.int().min(0);

const traced = {
  cell: z.strictObject({
    kind: z.literal('cell'),
    name: z.string().min(1).max(200),
    units: extent,
    inputs: whole,
    rule: z.enum(['drift', 'step']),
    state: z.record(name, extent),
    parameters,
    noisy: names.optional(),
    readout: names.optional(),
    range: z.record(name, z.tuple([number, number])).optional(),
    marks: z.array(z.strictObject({ argument: whole, component: name.optional() })).max(1000),
    graph,
  }),
  noise: z.strictObject({
    kind: z.literal('noise'),
    name: z.string().min(1).max(200),
    units: extent,
    inputs: whole,
    form: z.enum(['diffusion', 'update']),
    state: z.record(name, extent),
    noisy: names,
    exogenous: z.array(z.string().max(200)).max(10_000),
    parameters,
    centred: z.boolean(),
    symmetric: z.boolean(),
    finiteVariance: z.boolean(),
    channels: z.record(
      name,
      z
        .array(
          z.strictObject({
            kind: z.enum(['diagonal', 'scalar', 'matrix']),
            amplitude: whole.optional(),
            matrix: whole.optional(),
          }),
        )
        .max(256),
    ),
    draws: z
      .array(
        z.strictObject({
          distribution: z.enum(['normal', 'uniform', 'bernoulli']),
          width: extent,
          rate: z.number().min(0).lt(1),
        }),
      )
      .max(256),
    graph,
  }),
};

const document = z.strictObject({
  format: z.literal('noisy-rnn/parts'),
  version: z.literal(1),
  parts: z
    .array(
      z.strictObject({
        kind: z.enum(partKindNames as [PartKind, ...PartKind[]]),
        name: z.string().min(1).max(200),
        module: z
          .strictObject({
            path: z
              .string()
              .max(4000)
              .regex(/\.[cm]?[jt]s$/),
            sha256: z.string().regex(/^([0-9a-f]{64})?$/),
          })
          .optional(),
        traces: z
          .array(z.discriminatedUnion('kind', [traced.cell, traced.noise]))
          .max(1000)
          .optional(),
      }),
    )
    .max(1000),
});

/** @throws InputError for anything but parts as `partsDocument` gives them. */
export function readPartsDocument(content: unknown, where: string): PartsDocument {
  const result = document.safeParse(content);
  if (result.success) return result.data as unknown as PartsDocument;
  const [issue] = result.error.issues;
  const version = (content as { version?: unknown } | null)?.version;
  const newer =
    typeof version === 'number' && version > 1 ? `; it is of version ${version}, and this reads version 1` : '';
  throw new InputError(`${where}: not the parts of a run (${issue?.path.join('.')}: ${issue?.message})${newer}`);
}

/**
 * What is written of the parts that a run uses.
 * @param pathOf a module's path as the run is to have it.
 */
export function partsDocument(used: readonly OwnPart[], pathOf: (absolute: string) => string): PartsDocument {
  return {
    format: 'noisy-rnn/parts',
    version: 1,
    parts: used.map(({ kind, name: own, module, traces }) => ({
      ...{ kind, name: own },
      ...(module === null ? {} : { module: { path: pathOf(module.absolute ?? module.path), sha256: module.sha256 } }),
      ...(traces.length === 0 ? {} : { traces }),
    })),
  };
}

/**
 * The parts of a stored run. What the caller hands over comes first, then the graphs that the run keeps; a module that it
 * names is run only if the caller allows it, or this user ran that very module on this machine before.
 * @param folder of the run, from which its paths lead; null for a file, whose modules cannot be found.
 * @throws InputError for parts that are malformed, or a model that cannot be had.
 */
export async function storedParts(
  settings: GivenConfiguration,
  stored: PartsDocument | null,
  source: PartSource,
  where: string,
  folder: string | null,
): Promise<Parts> {
  const { own = [] } = source;
  const found: OwnPart[] = [...new Set(own)].map((part) => {
    const kind = kindOf(part);
    if (kind === undefined) throw new InputError('a part was handed over that none of the define… functions made');
    return { kind, name: part.name, part, module: null, traces: [] };
  });
  const isGiven = (kind: PartKind, head: string) => found.some((part) => part.kind === kind && part.name === head);
  for (const part of stored?.parts ?? []) {
    if (isGiven(part.kind, part.name)) continue;
    found.push(await storedPart(part, source, where, folder));
  }
  for (const { kind, text } of placesOf(settings)) {
    const { head, module } = splitPart(text);
    if (module === null || isGiven(kind, head)) continue;
    // Runs from before graphs were kept call a part by its module's path.
    const alike = found.filter((part) => part.kind === kind);
    const [only] = alike.length === 1 ? alike : [];
    const record = { path: module.path, sha256: '' };
    found.push(
      only === undefined ? await fromModule(kind, head, record, source, where, folder) : { ...only, name: head },
    );
  }
  return createParts(found);
}

async function storedPart(
  stored: StoredPart,
  source: PartSource,
  where: string,
  folder: string | null,
): Promise<OwnPart> {
  const { kind, name: own, module = null, traces = [] } = stored;
  if (traces.length === 0) return fromModule(kind, own, module, source, where, folder);
  try {
    return { kind, name: own, part: partOfTraces(traces), module, traces };
  } catch (error) {
    throw located(error, `${where}: ${partKinds[kind].called}`);
  }
}

async function fromModule(
  kind: PartKind,
  own: string,
  module: ModuleRecord | null,
  { modules, trust = false }: PartSource,
  where: string,
  folder: string | null,
): Promise<OwnPart> {
  const { called } = partKinds[kind];
  const unavailable = (reason: string): OwnPart => ({
    ...{ kind, name: own, module, traces: [] },
    part: { unavailable: `${where}: ${called} ${own} ${reason}` },
  });
  if (module === null)
    return unavailable(
      'is code that was handed over when the run was made, and the run does not keep it; hand it over again',
    );
  if (modules === undefined || folder === null)
    return unavailable(`is code of its own (${module.path}), which is not loaded here; hand the part itself over`);
  const absolute = modules.resolve(module.path, folder);
  const sha256 = await modules.digest(absolute);
  if (sha256 === null)
    return unavailable(`is code of its own, and there is no ${module.path} beside the run; hand the part itself over`);
  const unchanged = module.sha256 === '' || module.sha256 === sha256;
  if (!trust && !(unchanged && (await modules.isTrusted(absolute, sha256))))
    return unavailable(
      unchanged
        ? `is code of its own (${module.path}), and a run's code is not executed unasked; hand the part over, or allow it ` +
            'if you trust where the run came from (--trust, { trust: true })'
        : `is code of its own, and ${module.path} has changed since (SHA-256 ${sha256.slice(0, 12)}…, then ` +
            `${module.sha256.slice(0, 12)}…); restore it, hand the part over, or allow it (--trust, { trust: true })`,
    );
  const { module: named } = splitPart(own);
  const exported = named === null ? own : named.export;
  return {
    kind,
    name: own,
    part: pickPart(await modules.load(absolute), kind, module.path, exported),
    module,
    traces: [],
  };
}
