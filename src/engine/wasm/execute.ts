/** One run: place everything in memory, run the job, take the results out. */
import { InputError } from '../../errors.js';
import { roundKeys } from '../../random/index.js';
import type { RunInputs, RunOutputs } from '../engine.js';
import { bind, placeRegions, prepare, type Regions, readOutputs, type Views } from '../tape/bind.js';
import type { Encoded } from '../tape/encode.js';
import { aligned } from '../tape/target.js';
import type { Variant } from '../tape/variant.js';
import type { ThreadPool } from './thread-pool.js';

export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** First byte not used by the module itself. */
  readonly start: number;
  readonly pool: ThreadPool;
}

const jobBytes = 256;
/** First of the job's words that hold the noise generator's round keys. */
const roundKeyWords = 32;
const pageBytes = 65536;

interface Places extends Regions {
  readonly words: number;
  readonly workspaces: number;
  readonly end: number;
}

export async function execute(
  arena: Arena,
  variant: Variant,
  encoded: Encoded,
  inputs: RunInputs,
): Promise<RunOutputs> {
  arena.pool.call();
  const places = place(arena, variant, encoded);
  ensure(arena.memory, places.end);
  const known = prepare(variant, inputs);
  const job = aligned(arena.start);
  const views = { floats: new Float32Array(arena.memory.buffer), integers: new Int32Array(arena.memory.buffer) };
  writeProgram(views.integers, places, encoded);
  bind(views, places, variant, encoded, inputs, known);
  writeJob(views, job, places, variant, encoded, inputs);
  await arena.pool.run(job);
  return readOutputs(views, places, variant, encoded, inputs, known);
}

function place(arena: Arena, variant: Variant, encoded: Encoded): Places {
  let next = aligned(arena.start) + jobBytes;
  const take = (bytes: number): number => {
    const at = next;
    next += aligned(bytes);
    return at;
  };
  const words = take(encoded.words.byteLength);
  const regions = placeRegions(take, variant, encoded);
  const workspaces = take(arena.pool.threads * encoded.layout.workBytes);
  return { ...regions, words, workspaces, end: next };
}

function ensure(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch {
    throw new InputError(
      `the wasm engine needs ${Math.ceil(bytes / 2 ** 20)} MiB for this batch and cannot have it; use a smaller --batch-size or fewer steps`,
    );
  }
}

function writeProgram(integers: Int32Array, places: Places, encoded: Encoded): void {
  const at = places.words / 4;
  integers.set(encoded.words, at);
  for (const index of encoded.relativeToWords) integers[at + index]! += places.words;
  for (const index of encoded.relativeToShared) integers[at + index]! += places.shared;
}

/** The words that assembly/index.ts lists. */
function writeJob(
  { integers, floats }: Views,
  job: number,
  places: Places,
  { shared }: Variant,
  { layout, phases, descriptors, descriptorCount }: Encoded,
  { rows, steps, noise }: RunInputs,
): void {
  const pointer = (word: number) => places.words + word * 4;
  const words = [
    pointer(phases),
    pointer(descriptors),
    descriptorCount,
    steps,
    rows,
    layout.tileRows,
    layout.tiles,
    layout.groups,
    places.workspaces,
    layout.workBytes,
    places.tiles,
    layout.tileBytes,
    places.accumulators,
    aligned(shared.accumulatorBytes),
    0,
    0,
    noise?.firstStep ?? 0,
    0,
    places.samples,
    0,
    0,
    layout.segments?.steps ?? 0,
    layout.segments?.offset ?? 0,
    layout.segments?.bytes ?? 0,
    layout.segments?.kept ?? 0,
    layout.packing.left,
    layout.packing.right,
    layout.packing.border,
  ];
  for (const [index, word] of words.entries()) integers[job / 4 + index] = word | 0;
  floats[job / 4 + 17] = noise?.sign ?? 1;
  if (noise !== undefined) integers.set(roundKeys(noise.key), job / 4 + roundKeyWords);
}
