/** One run: place everything in memory, run the job, take the results out. */
import { InputError } from '../../errors.js';
import type { RunInputs, RunOutputs } from '../engine.js';
import { bind, placeRegions, prepare, type Regions, readOutputs } from '../tape/bind.js';
import type { Encoded } from '../tape/encode.js';
import { aligned } from '../tape/target.js';
import type { Variant } from '../tape/variant.js';
import type { NativeBinding, NativeHandle } from './binding.js';

/** An open engine and the memory that its runs share. */
export interface Arena {
  readonly binding: NativeBinding;
  readonly handle: NativeHandle;
  memory: ArrayBuffer | null;
}

/** Offsets within a tile's block and a workspace are 32-bit words. */
const mostBytes = 2 ** 32;

export async function execute(
  arena: Arena,
  variant: Variant,
  encoded: Encoded,
  inputs: RunInputs,
): Promise<RunOutputs> {
  const { layout } = encoded;
  if (Math.max(layout.tileBytes, layout.workBytes) > mostBytes) throw tooLarge(layout.tileBytes + layout.workBytes);
  let bytes = 0;
  const take = (size: number): number => {
    const at = bytes;
    bytes += aligned(size);
    return at;
  };
  const regions = placeRegions(take, variant, encoded);
  const memory = ensure(arena, bytes);
  const views = { floats: new Float32Array(memory), integers: new Int32Array(memory) };
  const known = prepare(variant, inputs);
  bind(views, regions, variant, encoded, inputs, known);
  const job = jobOf(regions, variant, encoded, inputs);
  await orMemory(bytes + layout.workBytes, () => arena.binding.run(arena.handle, encoded.words, job, memory));
  return readOutputs(views, regions, variant, encoded, inputs, known);
}

function ensure(arena: Arena, bytes: number): ArrayBuffer {
  if (arena.memory !== null && arena.memory.byteLength >= bytes) return arena.memory;
  arena.memory = null;
  arena.memory = orMemory(bytes, () => arena.binding.allocate(bytes));
  return arena.memory;
}

/** Exhausted memory is the input's matter: a smaller batch helps. */
function orMemory<Result>(bytes: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'MEMORY' ? tooLarge(bytes) : error;
  }
}

function tooLarge(bytes: number): InputError {
  return new InputError(
    `the native engine needs ${Math.ceil(bytes / 2 ** 20)} MiB for this batch and cannot have it; use a smaller --batch-size or fewer steps`,
  );
}

/** The numbers that native/src/addon.cc reads. */
function jobOf(
  regions: Regions,
  { shared }: Variant,
  { layout, phases, descriptors, descriptorCount }: Encoded,
  { rows, steps, noise }: RunInputs,
): Float64Array {
  const { segments } = layout;
  return Float64Array.of(
    ...[phases, descriptors, descriptorCount, steps, rows, layout.tileRows, layout.tiles, layout.groups],
    ...[regions.shared, regions.samples, regions.accumulators, aligned(shared.accumulatorBytes)],
    ...[regions.tiles, layout.tileBytes, noise?.key[0] ?? 0, noise?.key[1] ?? 0, noise?.firstStep ?? 0],
    ...[noise?.sign ?? 1, segments?.steps ?? 0, segments?.offset ?? 0, segments?.bytes ?? 0, segments?.kept ?? 0],
    layout.workBytes,
  );
}
