/** Between arrays [rows, steps, width] and the panels of a tile: float32 [tile][step][panel][unit][panelRows]. */
import type { Values } from '../engine.js';
import { panelStride, type Target, tileStride } from './target.js';

export interface PanelBlock {
  /** Bytes from the start of the memory to the first tile's block, and from tile to tile. */
  readonly address: number;
  readonly tileBytes: number;
  readonly tileRows: number;
  readonly rows: number;
  readonly steps: number;
  readonly width: number;
  readonly target: Target;
}

/** Rows that only fill the last tile repeat the last row, so that they compute nothing unusual. */
export function packPanels(memory: Float32Array, block: PanelBlock, values: Values): void {
  const { steps, width, rows, tileRows, target } = block;
  const { panelRows } = target;
  const padded = Math.ceil(rows / panelRows) * panelRows;
  const stepWords = tileStride(width, tileRows, target) / 4;
  for (let row = 0; row < padded; row++) {
    const from = Math.min(row, rows - 1) * steps * width;
    const to = rowAddress(block, row);
    for (let step = 0; step < steps; step++)
      for (let unit = 0; unit < width; unit++)
        memory[to + step * stepWords + unit * panelRows] = values[from + step * width + unit]!;
  }
}

export function unpackPanels(memory: Float32Array, block: PanelBlock): Float64Array {
  const { steps, width, rows, tileRows, target } = block;
  const values = new Float64Array(rows * steps * width);
  const stepWords = tileStride(width, tileRows, target) / 4;
  for (let row = 0; row < rows; row++) {
    const to = row * steps * width;
    const from = rowAddress(block, row);
    for (let step = 0; step < steps; step++)
      for (let unit = 0; unit < width; unit++)
        values[to + step * width + unit] = memory[from + step * stepWords + unit * target.panelRows]!;
  }
  return values;
}

function rowAddress({ address, tileBytes, tileRows, width, target }: PanelBlock, row: number): number {
  const tile = Math.floor(row / tileRows);
  const within = row % tileRows;
  const panel = Math.floor(within / target.panelRows);
  return (address + tile * tileBytes + panel * panelStride(width, target)) / 4 + (within % target.panelRows);
}
