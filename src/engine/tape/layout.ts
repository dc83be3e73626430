/**
 * Where everything lies in memory for one number of rows and steps. Three regions: what all workers read (`shared`),
 * one block a tile for what goes in and comes out, and one workspace a worker.
 */
import type { Requests } from '../../program/index.js';
import type { Signature } from '../check-inputs.js';
import { chooseSegments, type Segments } from './segments.js';
import type { Operand, OuterProduct, Tape } from './tape.js';
import { aligned, type Target, tileRowsFor, tileStride } from './target.js';
import { placeTemporaries } from './temporaries.js';

export interface Shape {
  readonly rows: number;
  readonly steps: number;
  /** Carries that the caller gives initial values for, sorted. */
  readonly given: readonly string[];
}

export interface Layout {
  readonly tileRows: number;
  readonly tiles: number;
  readonly groups: number;
  readonly blockSteps: number;
  /** Offsets in a tile's block, by `in:`, `out:` or `sequence:` and name. */
  readonly tileOffsets: ReadonlyMap<string, number>;
  readonly tileBytes: number;
  /** Offsets in a workspace, by `carry:`, `sequence:` and name, or `slot:` and number; temporaries by phase. */
  readonly workOffsets: ReadonlyMap<string, number>;
  readonly temporaries: readonly ReadonlyMap<number, number>[];
  readonly workBytes: number;
  /** Room for packed factors of outer products (left, right) and the border of one, where the target packs them. */
  readonly packing: { readonly left: number; readonly right: number; readonly border: number };
  /** Where a scan is run in segments: the segments, and the block of carries they keep. */
  readonly segments: (Segments & { readonly offset: number; readonly bytes: number; readonly kept: number }) | null;
}

/** A tape with its place in memory: what an executor is handed. */
export interface Placed {
  /** With a first phase that sets the carries, and a last one that hands over those that are wanted. */
  readonly tape: Tape;
  readonly layout: Layout;
  readonly shape: Shape;
}

/**
 * @param tableBytes bytes of the address table at the start of every workspace.
 * @param budget bytes that one worker may store for the way back.
 */
export function layOut(
  tape: Tape,
  signature: Signature,
  requests: Requests,
  shape: Shape,
  tableBytes: number,
  budget: number,
  target: Target,
): Layout {
  const { rows, steps, given } = shape;
  const tileRows = tileRowsFor(rows, target);
  const tiles = Math.ceil(rows / tileRows);
  const blockSteps = Math.max(1, Math.floor(target.contraction / tileRows));
  const bytesOf = (width: number) => tileStride(width, tileRows, target);

  const tileOffsets = new Map<string, number>();
  let tileBytes = 0;
  const inTile = (key: string, bytes: number) => {
    if (tileOffsets.has(key)) return;
    tileOffsets.set(key, tileBytes);
    tileBytes += aligned(bytes);
  };
  const requested = new Set(requests.sequences ?? []);
  for (const name of given) inTile(`in:${name}`, bytesOf(signature.carries.get(name)!));
  for (const name of requests.carries ?? []) inTile(`out:${name}`, bytesOf(signature.carries.get(name)!));
  for (const [name, width] of signature.given) inTile(`sequence:${name}`, steps * bytesOf(width));

  const workOffsets = new Map<string, number>();
  let workBytes = aligned(tableBytes);
  const inWork = (key: string, bytes: number) => {
    if (workOffsets.has(key)) return;
    workOffsets.set(key, workBytes);
    workBytes += aligned(bytes);
  };
  const segments = chooseSegments(tape, signature, requests, { steps, blockSteps, bytesOf }, budget);
  const offset = workBytes;
  for (const name of segments?.carries ?? []) inWork(`carry:${name}`, bytesOf(signature.carries.get(name)!));
  const bytes = workBytes - offset;
  const kept = workBytes;
  if (segments !== null) workBytes += (Math.ceil(steps / segments.steps) + 1) * bytes;
  for (const [name, width] of signature.carries) inWork(`carry:${name}`, bytesOf(width));
  for (const [name, width] of signature.written)
    if (requested.has(name)) inTile(`sequence:${name}`, steps * bytesOf(width));
    else inWork(`sequence:${name}`, (segments?.sequences.has(name) ? segments.steps : steps) * bytesOf(width));
  const temporaries: Map<number, number>[] = [];
  let scratch = 0;
  for (const part of tape.phases) {
    const slots = (operand: Operand) => {
      if (operand.place.kind === 'slot') inWork(`slot:${operand.place.id}`, blockSteps * bytesOf(operand.place.width));
    };
    for (const { a, b } of part.outerProducts) [a, b].forEach(slots);
    for (const operation of part.operations)
      [...operation.args, ...('out' in operation ? [operation.out] : [])].forEach(slots);
    const placed = placeTemporaries(part, bytesOf);
    temporaries.push(placed.offsets);
    scratch = Math.max(scratch, placed.bytes);
  }
  for (const offsets of temporaries) for (const [id, offset] of offsets) offsets.set(id, offset + workBytes);
  workBytes = aligned(workBytes + scratch);
  const packing = { left: workBytes, right: workBytes, border: workBytes };
  if (target.packsOuterProducts) {
    const products = tape.phases.flatMap((part) => part.outerProducts);
    const most = (value: (term: OuterProduct) => number) =>
      products.reduce((top, term) => Math.max(top, value(term)), 0);
    const { productBlock, panelRows } = target;
    const packed = (width: number, block: number) =>
      aligned(Math.ceil(width / block) * block * blockSteps * tileRows * 4);
    packing.right = packing.left + most(({ rows: units }) => packed(units, productBlock));
    packing.border = packing.right + most(({ columns }) => packed(columns, panelRows));
    workBytes = packing.border + most(({ rows: units }) => aligned(units * panelRows * 4));
  }
  return {
    tileRows,
    tiles,
    groups: Math.min(tiles, target.mostGroups),
    blockSteps,
    tileOffsets,
    tileBytes: aligned(tileBytes),
    workOffsets,
    temporaries,
    workBytes,
    packing,
    segments: segments && { ...segments, offset, bytes, kept },
  };
}
