/** Between arrays [rows, steps, width] and the panels of a tile: float32 [tile][step][panel][unit][8 rows]. */
import type { Values } from '../engine.js';
import { panelStride } from './temporaries.js';

export interface PanelBlock {
  /** Bytes from the start of the memory to the first tile's block, and from tile to tile. */
  readonly address: number;
  readonly tileBytes: number;
  readonly tileRows: number;
  readonly rows: number;
  readonly steps: number;
  readonly width: number;
}

/** Rows that only fill the last tile repeat the last row, so that they compute nothing unusual. */
export function packPanels(memory: Float32Array, block: PanelBlock, values: Values): void {
  const { steps, width, rows, tileRows } = block;
  const padded = Math.ceil(rows / 8) * 8;
  const stepWords = ((tileRows / 8) * panelStride(width)) / 4;
  for (let row = 0; row < padded; row++) {
    const from = Math.min(row, rows - 1) * steps * width;
    const to = rowAddress(block, row);
    for (let step = 0; step < steps; step++)
      for (let unit = 0; unit < width; unit++)
        memory[to + step * stepWords + unit * 8] = values[from + step * width + unit]!;
  }
}

export function unpackPanels(memory: Float32Array, block: PanelBlock): Float64Array {
  const { steps, width, rows, tileRows } = block;
  const values = new Float64Array(rows * steps * width);
  const stepWords = ((tileRows / 8) * panelStride(width)) / 4;
  for (let row = 0; row < rows; row++) {
    const to = row * steps * width;
    const from = rowAddress(block, row);
    for (let step = 0; step < steps; step++)
      for (let unit = 0; unit < width; unit++)
        values[to + step * width + unit] = memory[from + step * stepWords + unit * 8]!;
  }
  return values;
}

function rowAddress({ address, tileBytes, tileRows, width }: PanelBlock, row: number): number {
  const tile = Math.floor(row / tileRows);
  const within = row % tileRows;
  return (address + tile * tileBytes + (within >> 3) * panelStride(width)) / 4 + (within & 7);
}
