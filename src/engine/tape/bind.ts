/** Puts what goes into a run where the tape expects it, and takes out what comes of it. */
import type { Tensors } from '../../graph/index.js';
import type { RunInputs, RunOutputs } from '../engine.js';
import { packedLength, packMatrix, packVector } from './constants.js';
import type { Placed } from './layout.js';
import { rowMask } from './lower.js';
import { type PanelBlock, packPanels, unpackPanels } from './panels.js';
import { aligned } from './target.js';
import type { Variant } from './variant.js';

/** One memory, seen as float32 and as words. */
export interface Views {
  readonly floats: Float32Array;
  readonly integers: Int32Array;
}

/** Where the regions of a run start, in bytes. */
export interface Regions {
  /** Constants, shared vectors and packed matrices. */
  readonly shared: number;
  /** Sample number of each row, filled up to whole tiles. */
  readonly samples: number;
  /** One block of accumulators a group. */
  readonly accumulators: number;
  /** One block a tile for what goes in and comes out. */
  readonly tiles: number;
}

/** @param take sets bytes aside and returns their address. */
export function placeRegions(take: (bytes: number) => number, { shared }: Variant, { layout }: Placed): Regions {
  return {
    shared: take(shared.bytes),
    samples: take(layout.tiles * layout.tileRows * 4),
    accumulators: take(layout.groups * shared.accumulatorBytes),
    tiles: take(layout.tiles * layout.tileBytes),
  };
}

/** The given parameters, and the values that a program prepares from them. */
export function prepare(variant: Variant, inputs: RunInputs): Tensors {
  return { ...inputs.parameters, ...variant.prepare(inputs.parameters) };
}

/** Writes shared values, sequences, carries and sample numbers. */
export function bind(
  { floats, integers }: Views,
  regions: Regions,
  variant: Variant,
  placed: Placed,
  inputs: RunInputs,
  known: Tensors,
): void {
  writeShared(floats, regions.shared, variant, known);
  writeRows(floats, regions.tiles, variant, placed, inputs);
  writeSamples(integers, regions.samples, placed, inputs);
}

export function readOutputs(
  { floats }: Views,
  regions: Regions,
  variant: Variant,
  { layout }: Placed,
  { rows, steps }: RunInputs,
  known: Tensors,
): RunOutputs {
  const { signature, requests, target } = variant;
  sumAccumulators(floats, regions.accumulators, variant, layout.groups);
  const block = (key: string, width: number, count: number): PanelBlock => ({
    address: regions.tiles + layout.tileOffsets.get(key)!,
    tileBytes: layout.tileBytes,
    tileRows: layout.tileRows,
    rows,
    steps: count,
    width,
    target,
  });
  const carries = (requests.carries ?? []).map((name) => {
    const width = signature.carries.get(name)!;
    return [name, unpackPanels(floats, block(`out:${name}`, width, 1))] as const;
  });
  const sequences = (requests.sequences ?? []).map((name) => {
    const width = signature.written.get(name) ?? signature.given.get(name)!;
    return [name, unpackPanels(floats, block(`sequence:${name}`, width, steps))] as const;
  });
  return {
    carries: Object.fromEntries(carries),
    sequences: Object.fromEntries(sequences),
    shared: variant.finish({ ...known, ...variant.totals }),
  };
}

function writeShared(floats: Float32Array, at: number, { shared, target }: Variant, known: Tensors): void {
  const { panelRows, productBlock } = target;
  const view = (offset: number, length: number) => floats.subarray((at + offset) / 4, (at + offset) / 4 + length);
  for (const [value, offset] of shared.constants) view(offset, panelRows).fill(value);
  for (const [name, { offset, width }] of shared.vectors)
    packVector(known[name]!.data, panelRows, view(offset, width * panelRows));
  for (const [name, { offset, width, inner }] of shared.matrices)
    packMatrix(known[name]!.data, width, inner, productBlock, view(offset, packedLength(width, inner, target)));
}

function writeRows(
  floats: Float32Array,
  tiles: number,
  { signature, target }: Variant,
  { layout }: Placed,
  inputs: RunInputs,
): void {
  const { rows, steps } = inputs;
  const block = { tileBytes: layout.tileBytes, tileRows: layout.tileRows, rows, target };
  for (const [key, offset] of layout.tileOffsets) {
    const address = tiles + offset;
    const name = key.slice(key.indexOf(':') + 1);
    if (key === `in:${rowMask}`) {
      const filled = Math.ceil(rows / target.panelRows) * target.panelRows;
      const mask = Float32Array.from({ length: filled }, (_, row) => (row < rows ? 1 : 0));
      packPanels(floats, { ...block, address, rows: filled, steps: 1, width: 1 }, mask);
    } else if (key.startsWith('in:'))
      packPanels(floats, { ...block, address, steps: 1, width: signature.carries.get(name)! }, inputs.carries![name]!);
    else if (key.startsWith('sequence:') && signature.given.has(name))
      packPanels(floats, { ...block, address, steps, width: signature.given.get(name)! }, inputs.sequences![name]!);
  }
}

function writeSamples(integers: Int32Array, at: number, { layout }: Placed, { noise, rows }: RunInputs): void {
  if (noise === undefined) return;
  for (let row = 0; row < layout.tiles * layout.tileRows; row++)
    integers[at / 4 + row] = noise.samples[Math.min(row, rows - 1)]! | 0;
}

/** Sums the groups in their order, in float64, into the variant's own buffers. */
function sumAccumulators(floats: Float32Array, at: number, { shared, totals }: Variant, groups: number): void {
  const groupWords = aligned(shared.accumulatorBytes) / 4;
  for (const [name, { data }] of Object.entries(totals)) {
    const found = shared.accumulators.get(name);
    if (found === undefined) continue;
    const first = (at + found.offset) / 4;
    const end = first + groups * groupWords;
    for (let i = 0; i < data.length; i++) {
      let total = floats[first + i]!;
      for (let from = first + i + groupWords; from < end; from += groupWords) total += floats[from]!;
      data[i] = total;
    }
  }
}
