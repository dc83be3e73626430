import type { NoiseSource } from '../engine/engine.js';
import { type Batch, type Noise, selectBatch } from '../model/index.js';
import { deriveKey } from '../random/index.js';

/** `off`: the noise-free network; `frozen`: one path a row, held fixed; `sampled`: averaged over several frozen paths. */
export type NoiseMode = 'off' | 'frozen' | 'sampled';

export interface PathOptions {
  readonly noise?: NoiseMode;
  readonly seed?: number;
  /** Paths that `sampled` averages over; 4 unless given. */
  readonly paths?: number;
}

/** Noise of each path for a batch whose first row is row `firstSample` of the data. */
export function pathsFor(options: PathOptions, rows: number, firstSample = 0): Noise[] {
  const { noise = 'off', seed = 0, paths = 4 } = options;
  if (noise === 'off') return [undefined];
  return Array.from({ length: noise === 'frozen' ? 1 : paths }, (_, path) => pathOf(seed, path, rows, firstSample));
}

/** Frozen noise number `path` of a seed. */
export function pathOf(seed: number, path: number, rows: number, firstSample = 0): NoiseSource {
  return {
    key: deriveKey(seed, 'analysis', path),
    samples: Uint32Array.from({ length: rows }, (_, row) => firstSample + row),
  };
}

/** Rows from … to − 1 of a batch. */
export function sliceBatch(batch: Batch, from: number, to: number): Batch {
  return selectBatch(
    batch,
    Uint32Array.from({ length: to - from }, (_, row) => from + row),
  );
}

/** A data set cut into batches of at most `rows` rows. */
export function cut(batch: Batch, rows: number): Batch[] {
  const batches: Batch[] = [];
  for (let from = 0; from < batch.rows; from += rows)
    batches.push(sliceBatch(batch, from, Math.min(batch.rows, from + rows)));
  return batches;
}
