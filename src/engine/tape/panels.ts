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
  const { steps, width, rows, target } = block;
  const { panelRows } = target;
  const stepWords = stepWordsOf(block);
  const rowLength = steps * width;
  for (let first = 0; first < rows; first += panelRows) {
    const last = rows - 1 - first;
    let to = panelAddress(block, first);
    // Many inputs have one unit: a loop over units of its own would cost more than they do.
    for (let step = 0, from = first * rowLength; step < steps; step++, to += stepWords, from += width)
      if (width === 1)
        for (let row = 0; row < panelRows; row++) memory[to + row] = values[from + Math.min(row, last) * rowLength]!;
      else
        for (let row = 0; row < panelRows; row++) {
          const start = from + Math.min(row, last) * rowLength;
          for (let unit = 0; unit < width; unit++) memory[to + unit * panelRows + row] = values[start + unit]!;
        }
  }
}

export function unpackPanels(memory: Float32Array, block: PanelBlock): Float64Array {
  const { steps, width, rows, target } = block;
  const { panelRows } = target;
  const values = new Float64Array(rows * steps * width);
  const stepWords = stepWordsOf(block);
  for (let row = 0; row < rows; row++) {
    let to = row * steps * width;
    const within = row % panelRows;
    let from = panelAddress(block, row - within) + within;
    for (let step = 0; step < steps; step++, to += width, from += stepWords)
      for (let unit = 0; unit < width; unit++) values[to + unit] = memory[from + unit * panelRows]!;
  }
  return values;
}

function stepWordsOf({ width, tileRows, target }: PanelBlock): number {
  return tileStride(width, tileRows, target) / 4;
}

/** Where in memory the panel that starts with a row has its first step, in words. */
function panelAddress({ address, tileBytes, tileRows, width, target }: PanelBlock, row: number): number {
  const tile = Math.floor(row / tileRows);
  const panel = (row % tileRows) / target.panelRows;
  return (address + tile * tileBytes + panel * panelStride(width, target)) / 4;
}
