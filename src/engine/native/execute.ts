/** One run: place everything in memory, run the job, take the results out. */
import { InputError } from '../../errors.js';
import type { RunInputs, RunOutputs } from '../engine.js';
import { bind, placeRegions, prepare, type Regions, readOutputs } from '../tape/bind.js';
import type { Placed } from '../tape/layout.js';
import { aligned } from '../tape/target.js';
import type { Variant } from '../tape/variant.js';
import type { Words } from '../words/encode.js';
import { nativeJob, recordOf } from '../words/format.js';
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
  placed: Placed,
  program: Words,
  inputs: RunInputs,
): Promise<RunOutputs> {
  const { layout } = placed;
  if (Math.max(layout.tileBytes, layout.workBytes) > mostBytes) throw tooLarge(layout.tileBytes + layout.workBytes);
  let bytes = 0;
  const take = (size: number): number => {
    const at = bytes;
    bytes += aligned(size);
    return at;
  };
  const regions = placeRegions(take, variant, placed);
  const memory = ensure(arena, bytes);
  const views = { floats: new Float32Array(memory), integers: new Int32Array(memory) };
  const known = prepare(variant, inputs);
  bind(views, regions, variant, placed, inputs, known);
  const job = jobOf(regions, variant, placed, program, inputs);
  await orMemory(bytes + layout.workBytes, () => arena.binding.run(arena.handle, program.words, job, memory));
  return readOutputs(views, regions, variant, placed, inputs, known);
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

function jobOf(
  regions: Regions,
  { shared }: Variant,
  { layout }: Placed,
  { phases, descriptors, descriptorCount }: Words,
  { rows, steps, noise }: RunInputs,
): Float64Array {
  const { segments } = layout;
  const numbers = recordOf(nativeJob, {
    phasesAt: phases,
    descriptorsAt: descriptors,
    descriptorCount,
    steps,
    rows,
    tileRows: layout.tileRows,
    tiles: layout.tiles,
    groups: layout.groups,
    sharedAt: regions.shared,
    samplesAt: regions.samples,
    accumulatorsAt: regions.accumulators,
    accumulatorBytes: aligned(shared.accumulatorBytes),
    tilesAt: regions.tiles,
    tileBytes: layout.tileBytes,
    key0: noise?.key[0] ?? 0,
    key1: noise?.key[1] ?? 0,
    firstStep: noise?.firstStep ?? 0,
    sign: noise?.sign ?? 1,
    segmentSteps: segments?.steps ?? 0,
    segmentCarries: segments?.offset ?? 0,
    segmentBytes: segments?.bytes ?? 0,
    segmentKept: segments?.kept ?? 0,
    workspaceBytes: layout.workBytes,
  });
  return Float64Array.from(numbers);
}
