/** One run: place everything in memory, run the job, take the results out. */
import { InputError } from '../../errors.js';
import type { Tensor } from '../../graph/index.js';
import type { RunInputs, RunOutputs } from '../engine.js';
import { evaluateShared } from '../shared-stage.js';
import { packMatrix, packVector } from './constants.js';
import type { Encoded } from './encode.js';
import { rowMask } from './lower.js';
import { type PanelBlock, packPanels, unpackPanels } from './panels.js';
import type { ThreadPool } from './thread-pool.js';
import type { Variant } from './variant.js';

export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** First byte not used by the module itself. */
  readonly start: number;
  readonly pool: ThreadPool;
}

const jobBytes = 128;
const pageBytes = 65536;

interface Places {
  readonly words: number;
  readonly shared: number;
  readonly samples: number;
  readonly accumulators: number;
  readonly tiles: number;
  readonly workspaces: number;
  readonly end: number;
}

const aligned = (bytes: number) => Math.ceil(bytes / 128) * 128;

export async function execute(
  arena: Arena,
  variant: Variant,
  encoded: Encoded,
  inputs: RunInputs,
): Promise<RunOutputs> {
  const { layout } = encoded;
  const { rows, steps } = inputs;
  const places = place(arena, variant, encoded);
  ensure(arena.memory, places.end);
  const known: Record<string, Tensor> = { ...inputs.parameters };
  Object.assign(known, evaluateShared(variant.program.prepare, known));

  const job = aligned(arena.start);
  const floats = new Float32Array(arena.memory.buffer);
  const integers = new Int32Array(arena.memory.buffer);
  writeProgram(integers, places, encoded);
  writeShared(floats, places.shared, variant, known);
  writeInputs(floats, places, variant, encoded, inputs);
  writeSamples(integers, places.samples, encoded, inputs);
  writeJob(integers, floats, job, places, variant, encoded, inputs);
  await arena.pool.run(job);

  const accumulated = readAccumulators(floats, places.accumulators, variant, layout.groups);
  const block = (offset: number, width: number, count: number): PanelBlock => ({
    address: places.tiles + offset,
    tileBytes: layout.tileBytes,
    tileRows: layout.tileRows,
    rows,
    steps: count,
    width,
  });
  const { signature, requests } = variant;
  const carries = (requests.carries ?? []).map((name) => {
    const width = signature.carries.get(name) ?? 1;
    return [name, unpackPanels(floats, block(layout.tileOffsets.get(`out:${name}`)!, width, 1))] as const;
  });
  const sequences = (requests.sequences ?? []).map((name) => {
    const width = signature.written.get(name) ?? signature.given.get(name)!;
    return [name, unpackPanels(floats, block(layout.tileOffsets.get(`sequence:${name}`)!, width, steps))] as const;
  });
  return {
    carries: Object.fromEntries(carries),
    sequences: Object.fromEntries(sequences),
    shared: evaluateShared(variant.program.finish, { ...known, ...accumulated }),
  };
}

function place(arena: Arena, { shared }: Variant, { layout, words }: Encoded): Places {
  const { threads } = arena.pool;
  let next = aligned(arena.start) + jobBytes;
  const take = (bytes: number): number => {
    const at = next;
    next += aligned(bytes);
    return at;
  };
  return {
    words: take(words.byteLength),
    shared: take(shared.bytes),
    samples: take(layout.tiles * layout.tileRows * 4),
    accumulators: take(layout.groups * shared.accumulatorBytes),
    tiles: take(layout.tiles * layout.tileBytes),
    workspaces: take(threads * layout.workBytes),
    get end() {
      return next;
    },
  };
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

function writeShared(
  floats: Float32Array,
  at: number,
  { shared }: Variant,
  known: Readonly<Record<string, Tensor>>,
): void {
  const view = (offset: number, length: number) => floats.subarray((at + offset) / 4, (at + offset) / 4 + length);
  for (const [value, offset] of shared.constants) view(offset, 8).fill(value);
  for (const [name, { offset, width }] of shared.vectors) packVector(known[name]!.data, view(offset, width * 8));
  for (const [name, { offset, width, inner }] of shared.matrices)
    packMatrix(known[name]!.data, width, inner, view(offset, Math.ceil(width / 6) * 6 * inner));
}

function writeInputs(
  floats: Float32Array,
  places: Places,
  { signature }: Variant,
  { layout }: Encoded,
  inputs: RunInputs,
): void {
  const { rows, steps } = inputs;
  const block = { tileBytes: layout.tileBytes, tileRows: layout.tileRows, rows };
  for (const [key, offset] of layout.tileOffsets) {
    const address = places.tiles + offset;
    const name = key.slice(key.indexOf(':') + 1);
    if (key === `in:${rowMask}`) {
      const filled = Math.ceil(rows / 8) * 8;
      const mask = Float32Array.from({ length: filled }, (_, row) => (row < rows ? 1 : 0));
      packPanels(floats, { ...block, address, rows: filled, steps: 1, width: 1 }, mask);
    } else if (key.startsWith('in:'))
      packPanels(floats, { ...block, address, steps: 1, width: signature.carries.get(name)! }, inputs.carries![name]!);
    else if (key.startsWith('sequence:') && signature.given.has(name))
      packPanels(floats, { ...block, address, steps, width: signature.given.get(name)! }, inputs.sequences![name]!);
  }
}

function writeSamples(integers: Int32Array, at: number, { layout }: Encoded, { noise, rows }: RunInputs): void {
  if (noise === undefined) return;
  for (let row = 0; row < layout.tiles * layout.tileRows; row++)
    integers[at / 4 + row] = noise.samples[Math.min(row, rows - 1)]! | 0;
}

function writeJob(
  integers: Int32Array,
  floats: Float32Array,
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
    noise?.key[0] ?? 0,
    noise?.key[1] ?? 0,
    noise?.firstStep ?? 0,
    0,
    places.samples,
    0,
    0,
    layout.segments?.steps ?? 0,
    layout.segments?.offset ?? 0,
    layout.segments?.bytes ?? 0,
    layout.segments?.kept ?? 0,
  ];
  for (const [index, word] of words.entries()) integers[job / 4 + index] = word | 0;
  floats[job / 4 + 17] = noise?.sign ?? 1;
}

/** Sums the groups in their order, in float64. */
function readAccumulators(
  floats: Float32Array,
  at: number,
  { shared, program }: Variant,
  groups: number,
): Record<string, Tensor> {
  const shapes = new Map(program.phases.flatMap((part) => Object.entries(part.accumulators)));
  const totals: Record<string, Tensor> = {};
  for (const [name, node] of shapes) {
    const length = node.shape.reduce((product, extent) => product * extent, 1);
    const data = new Float64Array(length);
    const found = shared.accumulators.get(name);
    for (let group = 0; found !== undefined && group < groups; group++) {
      const start = (at + group * aligned(shared.accumulatorBytes) + found.offset) / 4;
      for (let i = 0; i < length; i++) data[i]! += floats[start + i]!;
    }
    totals[name] = { shape: node.shape, data };
  }
  return totals;
}
