/** Values all workers read: constants, shared vectors and packed matrices, with their offsets in the shared region. */
import type { Operand, Tape } from './tape.js';
import { aligned, alignment, type Target, unitBytes } from './target.js';

export interface SharedLayout {
  readonly constants: ReadonlyMap<number, number>;
  readonly vectors: ReadonlyMap<string, { readonly offset: number; readonly width: number }>;
  readonly matrices: ReadonlyMap<string, { readonly offset: number; readonly width: number; readonly inner: number }>;
  readonly accumulators: ReadonlyMap<string, { readonly offset: number; readonly length: number }>;
  readonly accumulatorBytes: number;
  readonly bytes: number;
}

export function layOutShared(tape: Tape, target: Target): SharedLayout {
  const constants = new Map<number, number>([[0, 0]]);
  const vectors = new Map<string, { offset: number; width: number }>();
  const matrices = new Map<string, { offset: number; width: number; inner: number }>();
  const accumulators = new Map<string, { offset: number; length: number }>();
  let bytes = alignment;
  let accumulatorBytes = 0;
  const place = (size: number): number => {
    const offset = bytes;
    bytes += aligned(size);
    return offset;
  };
  const accumulate = (name: string, length: number) => {
    if (accumulators.has(name)) return;
    accumulators.set(name, { offset: accumulatorBytes, length });
    accumulatorBytes += aligned(length * 4);
  };
  const visit = ({ place: at }: Operand) => {
    if (at.kind === 'constant' && !constants.has(at.value)) constants.set(at.value, place(unitBytes(target)));
    if (at.kind === 'vector' && !vectors.has(at.name))
      vectors.set(at.name, { offset: place(at.width * unitBytes(target)), width: at.width });
  };
  for (const part of tape.phases) {
    for (const operation of part.operations) {
      for (const operand of operation.args) visit(operand);
      if (operation.code === 'product' && !matrices.has(operation.matrix)) {
        const { width, inner } = operation;
        const offset = place(packedLength(width, inner, target) * 4);
        matrices.set(operation.matrix, { offset, width, inner });
      }
      if (operation.code === 'sumRows') accumulate(operation.accumulator, operation.width);
    }
    for (const { accumulator, a, b, rows, columns } of part.outerProducts) {
      [a, b].forEach(visit);
      accumulate(accumulator, rows * columns);
    }
  }
  return { constants, vectors, matrices, accumulators, accumulatorBytes, bytes };
}

/** Entries of a packed matrix. */
export function packedLength(width: number, inner: number, { productBlock }: Target): number {
  return Math.ceil(width / productBlock) * productBlock * inner;
}

/** [width, inner] row-major → [⌈width / block⌉][inner][block], filled up with zeros. */
export function packMatrix(values: Float64Array, width: number, inner: number, block: number, out: Float32Array): void {
  let next = 0;
  for (let first = 0; first < width; first += block) {
    const start = first * inner;
    const end = start + Math.min(block, width - first) * inner;
    const filling = block - Math.min(block, width - first);
    for (let k = 0; k < inner; k++) {
      for (let from = start + k; from < end; from += inner) {
        out[next] = values[from]!;
        next += 1;
      }
      for (let unit = 0; unit < filling; unit++) {
        out[next] = 0;
        next += 1;
      }
    }
  }
}

/** [width] → [width][panelRows]. */
export function packVector(values: Float64Array, panelRows: number, out: Float32Array): void {
  for (let i = 0; i < values.length; i++)
    for (let to = i * panelRows; to < (i + 1) * panelRows; to++) out[to] = values[i]!;
}
