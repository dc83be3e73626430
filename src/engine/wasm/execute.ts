/** One run: place everything in memory, run the job, take the results out. */
import { InputError } from '../../errors.js';
import { roundKeys } from '../../random/index.js';
import type { RunInputs, RunOutputs } from '../engine.js';
import { bind, placeRegions, prepare, type Regions, readOutputs, type Views } from '../tape/bind.js';
import type { Placed } from '../tape/layout.js';
import { aligned } from '../tape/target.js';
import type { Variant } from '../tape/variant.js';
import type { Words } from '../words/encode.js';
import { recordOf, wasmJob } from '../words/format.js';
import type { ThreadPool } from './thread-pool.js';

export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** First byte not used by the module itself. */
  readonly start: number;
  readonly pool: ThreadPool;
}

/** Words of Philox's round keys, at the end of a job. */
const roundKeyWords = 20;
const jobBytes = aligned((wasmJob.length - 1 + roundKeyWords) * 4);
const pageBytes = 65536;

interface Places extends Regions {
  readonly words: number;
  readonly workspaces: number;
  readonly end: number;
}

export async function execute(
  arena: Arena,
  variant: Variant,
  placed: Placed,
  words: Words,
  inputs: RunInputs,
): Promise<RunOutputs> {
  arena.pool.call();
  const places = place(arena, variant, placed, words);
  ensure(arena.memory, places.end);
  const known = prepare(variant, inputs);
  const job = aligned(arena.start);
  const views = { floats: new Float32Array(arena.memory.buffer), integers: new Int32Array(arena.memory.buffer) };
  writeProgram(views.integers, places, words);
  bind(views, places, variant, placed, inputs, known);
  writeJob(views, job, places, variant, placed, words, inputs);
  await arena.pool.run(job);
  return readOutputs(views, places, variant, placed, inputs, known);
}

function place(arena: Arena, variant: Variant, placed: Placed, program: Words): Places {
  let next = aligned(arena.start) + jobBytes;
  const take = (bytes: number): number => {
    const at = next;
    next += aligned(bytes);
    return at;
  };
  const words = take(program.words.byteLength);
  const regions = placeRegions(take, variant, placed);
  const workspaces = take(arena.pool.threads * placed.layout.workBytes);
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

function writeProgram(integers: Int32Array, places: Places, program: Words): void {
  const at = places.words / 4;
  integers.set(program.words, at);
  for (const index of program.relativeToWords) integers[at + index]! += places.words;
  for (const index of program.relativeToShared) integers[at + index]! += places.shared;
}

function writeJob(
  { integers, floats }: Views,
  job: number,
  places: Places,
  { shared }: Variant,
  { layout }: Placed,
  { phases, descriptors, descriptorCount }: Words,
  { rows, steps, noise }: RunInputs,
): void {
  const pointer = (word: number) => places.words + word * 4;
  const { segments, packing } = layout;
  const words = recordOf(wasmJob, {
    phasesAt: pointer(phases),
    descriptorsAt: pointer(descriptors),
    descriptorCount,
    steps,
    rows,
    tileRows: layout.tileRows,
    tiles: layout.tiles,
    groups: layout.groups,
    workspacesAt: places.workspaces,
    workspaceBytes: layout.workBytes,
    tilesAt: places.tiles,
    tileBytes: layout.tileBytes,
    accumulatorsAt: places.accumulators,
    accumulatorBytes: aligned(shared.accumulatorBytes),
    nextGroup: 0,
    groupsDone: 0,
    firstStep: noise?.firstStep ?? 0,
    sign: 0,
    samplesAt: places.samples,
    segmentSteps: segments?.steps ?? 0,
    segmentCarries: segments?.offset ?? 0,
    segmentBytes: segments?.bytes ?? 0,
    segmentKept: segments?.kept ?? 0,
    leftFactor: packing.left,
    rightFactor: packing.right,
    border: packing.border,
    roundKeys: 0,
  });
  for (const [index, word] of words.entries()) integers[job / 4 + index] = word | 0;
  floats[job / 4 + wasmJob.indexOf('sign')] = noise?.sign ?? 1;
  if (noise !== undefined) integers.set(roundKeys(noise.key), job / 4 + wasmJob.indexOf('roundKeys'));
}
