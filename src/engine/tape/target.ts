/** What differs between the executors of a tape, as plain data. */
export interface Target {
  /** Name of the executor, for messages. */
  readonly name: string;
  /** Rows of a panel: a row value of width n lies in panels [n][panelRows], float32. */
  readonly panelRows: number;
  /** Units of a block of packed weights: a matrix [width, inner] lies as [⌈width / block⌉][inner][block]. */
  readonly productBlock: number;
  /**
   * Rows a tile, by the size of the batch: the last entry whose `batch` the batch reaches. A function of the batch alone,
   * so that sums do not depend on the machine.
   */
  readonly tiles: readonly { readonly batch: number; readonly rows: number }[];
  /** Most groups of tiles, each with its own accumulators. */
  readonly mostGroups: number;
  /** Rows times steps that one block of outer products contracts over. */
  readonly contraction: number;
  /** Its outer products need room for packed factors: [⌈rows / productBlock⌉][k][productBlock], [⌈columns / panelRows⌉][k][panelRows]. */
  readonly packsOuterProducts: boolean;
  /** Bytes of an entry of the address table that each workspace starts with. */
  readonly addressBytes: number;
}

/** Regions start at multiples of this many bytes. */
export const alignment = 128;

export function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

export function tileRowsFor(rows: number, { tiles }: Target): number {
  return tiles.findLast(({ batch }) => batch <= rows)!.rows;
}

/** Bytes of one unit of a panel. */
export function unitBytes({ panelRows }: Target): number {
  return panelRows * 4;
}

/** Bytes from one panel to the next: strides of whole pages would contend for the same cache sets. */
export function panelStride(width: number, target: Target): number {
  const bytes = width * unitBytes(target);
  return bytes % 4096 === 0 ? bytes + alignment : bytes;
}

/** Bytes of one row value of a whole tile. */
export function tileStride(width: number, tileRows: number, target: Target): number {
  return (tileRows / target.panelRows) * panelStride(width, target);
}
