/**
 * The words that the executors in assembly/ and native/ read, described once. scripts/generate writes the same numbers into
 * assembly/generated and native/src/generated; a check fails where those are stale.
 */
import type { Distribution } from '../../graph/node.js';
import { type Arity, functionNames } from '../tape/functions.js';

/** The first word of an operation. */
export const codes = {
  end: 0,
  product: 1,
  unary: 2,
  binary: 3,
  ternary: 4,
  noise: 5,
  sum: 6,
  logSumExp: 7,
  sumRows: 8,
} as const;

/** Code of an elementwise operation by its arity. */
export const elementwiseCodes = { 1: codes.unary, 2: codes.binary, 3: codes.ternary } as const;

export const distributions: { readonly [D in Distribution]: number } = { normal: 0, uniform: 1, bernoulli: 2 };

/** What an offset counts from; `segment`: from the segment's first step. */
export const regions = { workspace: 0, tile: 1, absolute: 2, segment: 3 } as const;

export const phaseKinds = { scan: 0, once: 1, end: 2, segmentedScan: 3, segmentedAdjoint: 4 } as const;

/** An operand: its descriptor, and bytes from panel to panel (0: one panel for all) and from unit to unit (0: one unit for all). */
const operand = <N extends string>(name: N) => [name, `${name}Panel`, `${name}Unit`] as const;
/** An operand with all its units. */
const whole = <N extends string>(name: N) => [name, `${name}Panel`] as const;

/** Records: their words in order. Offsets are in bytes. */
export const records = {
  /** Where an operand lies. */
  descriptor: ['region', 'offset', 'stepBytes', 'slotBytes'],
  /**
   * `moving`: list of the descriptors that move with the step. `again`: the scan that a segmented adjoint runs again. Lists end
   * with `codes.end` (operations) or −1 (outer products).
   */
  phase: ['kind', 'reverse', 'blockSteps', 'movingCount', 'moving', 'operations', 'outerProducts', 'again'],
  product: ['code', ...whole('out'), ...whole('a'), 'weights', 'units', 'inner', 'accumulate'],
  unary: ['code', 'name', 'units', ...whole('out'), ...operand('a')],
  binary: ['code', 'name', 'units', ...whole('out'), ...operand('a'), ...operand('b')],
  ternary: ['code', 'name', 'units', ...whole('out'), ...operand('a'), ...operand('b'), ...operand('c')],
  /** `threshold`: of a Bernoulli draw, the least word that gives 1. */
  noise: ['code', 'distribution', 'units', ...whole('out'), 'stream', 'threshold'],
  /** A sum, or the logarithm of a sum of exponentials, over units. */
  reduction: ['code', 'units', ...whole('out'), ...operand('a')],
  sumRows: ['code', 'accumulator', 'units', ...whole('a')],
  outerProduct: ['accumulator', 'rows', 'columns', ...whole('a'), ...whole('b')],
} as const;

/** One run of the WebAssembly executor, 32-bit words; `sign` is a float32, all `…At` but the segments' and factors' are addresses. */
export const wasmJob = [
  ...['phasesAt', 'descriptorsAt', 'descriptorCount', 'steps', 'rows', 'tileRows', 'tiles', 'groups'],
  ...['workspacesAt', 'workspaceBytes', 'tilesAt', 'tileBytes', 'accumulatorsAt', 'accumulatorBytes'],
  ...['nextGroup', 'groupsDone', 'firstStep', 'sign', 'samplesAt'],
  ...['segmentSteps', 'segmentCarries', 'segmentBytes', 'segmentKept'],
  ...['leftFactor', 'rightFactor', 'border', 'roundKeys'],
] as const;

/** One run of the native executor, float64 numbers; addresses are offsets in the run's memory. */
export const nativeJob = [
  ...['phasesAt', 'descriptorsAt', 'descriptorCount', 'steps', 'rows', 'tileRows', 'tiles', 'groups'],
  ...['sharedAt', 'samplesAt', 'accumulatorsAt', 'accumulatorBytes', 'tilesAt', 'tileBytes'],
  ...['key0', 'key1', 'firstStep', 'sign'],
  ...['segmentSteps', 'segmentCarries', 'segmentBytes', 'segmentKept', 'workspaceBytes'],
] as const;

export type Records = typeof records;
export type Fields<F extends readonly string[]> = { readonly [N in F[number]]: number };

/** The words of a record in their order. */
export function recordOf<F extends readonly string[]>(fields: F, values: Fields<F>): number[] {
  return fields.map((name) => values[name as F[number]]);
}

/** Number of every function among those of its arity. */
export const functionNumbers: ReadonlyMap<string, number> = new Map(
  ([1, 2, 3] as const).flatMap((arity: Arity) => functionNames[arity].map((name, number) => [name, number] as const)),
);

/** A digest of this description: an executor that was built with another one is refused. */
export const formatVersion: number = digestOf(
  JSON.stringify([codes, distributions, regions, phaseKinds, records, wasmJob, nativeJob, functionNames]),
);

/** FNV-1a, of which 31 bits are kept. */
function digestOf(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 1;
}
