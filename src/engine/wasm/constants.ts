/** Values all workers read: constants, shared vectors and packed matrices, with their offsets in the shared region. */
import type { Operand, Tape } from './tape.js';

export interface SharedLayout {
  readonly constants: ReadonlyMap<number, number>;
  readonly vectors: ReadonlyMap<string, { readonly offset: number; readonly width: number }>;
  readonly matrices: ReadonlyMap<string, { readonly offset: number; readonly width: number; readonly inner: number }>;
  readonly accumulators: ReadonlyMap<string, { readonly offset: number; readonly length: number }>;
  readonly accumulatorBytes: number;
  readonly bytes: number;
}

const aligned = (bytes: number) => Math.ceil(bytes / 128) * 128;
/** Units that the product kernel computes together; weights are packed [⌈width / 6⌉][inner][6]. */
const block = 6;

export function layOutShared(tape: Tape): SharedLayout {
  const constants = new Map<number, number>([[0, 0]]);
  const vectors = new Map<string, { offset: number; width: number }>();
  const matrices = new Map<string, { offset: number; width: number; inner: number }>();
  const accumulators = new Map<string, { offset: number; length: number }>();
  let bytes = 128;
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
    if (at.kind === 'constant' && !constants.has(at.value)) constants.set(at.value, place(32));
    if (at.kind === 'vector' && !vectors.has(at.name))
      vectors.set(at.name, { offset: place(at.width * 32), width: at.width });
  };
  for (const part of tape.phases) {
    for (const operation of part.operations) {
      for (const operand of operation.args) visit(operand);
      if (operation.code === 'product' && !matrices.has(operation.matrix)) {
        const { width, inner } = operation;
        matrices.set(operation.matrix, { offset: place(Math.ceil(width / block) * inner * block * 4), width, inner });
      }
      if (operation.code === 'gather') accumulate(operation.accumulator, operation.width);
    }
    for (const { accumulator, rows, columns } of part.outerProducts) accumulate(accumulator, rows * columns);
  }
  return { constants, vectors, matrices, accumulators, accumulatorBytes, bytes };
}

/** [width, inner] row-major → [⌈width / 6⌉][inner][6]. */
export function packMatrix(values: Float64Array, width: number, inner: number, out: Float32Array): void {
  for (let i = 0; i < width; i++) {
    const base = Math.floor(i / block) * inner * block + (i % block);
    for (let k = 0; k < inner; k++) out[base + k * block] = values[i * inner + k]!;
  }
  const used = width % block;
  if (used === 0) return;
  const last = Math.floor(width / block) * inner * block;
  for (let k = 0; k < inner; k++) out.fill(0, last + k * block + used, last + (k + 1) * block);
}

/** [width] → [width][8 rows]. */
export function packVector(values: Float64Array, out: Float32Array): void {
  for (let i = 0; i < values.length; i++) out.fill(values[i]!, i * 8, i * 8 + 8);
}
