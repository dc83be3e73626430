/** What a run will hold in memory: the sizes of the regions that an executor sets aside. */
import type { MemoryPlan } from '../engine.js';
import { placeRegions } from './bind.js';
import type { Placed } from './layout.js';
import { aligned, tileStride } from './target.js';
import type { Variant } from './variant.js';

/** @param programBytes what the executor makes of the tape. */
export function planOf(variant: Variant, placed: Placed, workers: number, programBytes: number): MemoryPlan {
  const { layout } = placed;
  const { steps } = placed.shape;
  const { signature, requests, shared, target } = variant;
  const { segments } = layout;
  const requested = new Set(requests.sequences ?? []);
  let regionBytes = 0;
  placeRegions(
    (bytes) => {
      regionBytes += aligned(bytes);
      return 0;
    },
    variant,
    placed,
  );
  const tapeBytes = [...signature.written].reduce((total, [name, width]) => {
    if (requested.has(name)) return total;
    const stored = segments?.sequences.has(name) ? segments.steps : steps;
    return total + stored * tileStride(width, layout.tileRows, target);
  }, 0);
  const count = segments === null ? 0 : Math.ceil(steps / segments.steps);
  return {
    tileRows: layout.tileRows,
    tiles: layout.tiles,
    sharedBytes: shared.bytes,
    rowBytes: layout.tiles * layout.tileBytes,
    accumulatorBytes: layout.groups * shared.accumulatorBytes,
    tapeBytes,
    workspaceBytes: layout.workBytes,
    workers,
    segments: segments && { steps: segments.steps, count, bytes: (count + 1) * segments.bytes },
    totalBytes: regionBytes + workers * layout.workBytes + programBytes,
  };
}
