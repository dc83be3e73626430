/*
 * Runs a tape over the tiles of a batch: the whole of a program (all phases, all time steps) for one tile after
 * another. The tape is written by src/engine/tape/encode.ts; the layouts below are its.
 *
 * job (32-bit words):
 *   0 phases  1 descriptors  2 number of descriptors  3 steps  4 rows  5 rows a tile  6 tiles  7 groups
 *   8 workspace of worker 0  9 bytes between workspaces  10 tile region  11 bytes between tiles
 *   12 accumulators of group 0  13 bytes between groups  14, 15 unused  16 first step  17 noise sign (float32)
 *   18 samples  19 next group (atomic)  20 groups done (atomic)
 *   21 steps a segment (0: not segmented)  22 carries kept at segments, offset in the workspace  23 their bytes
 *   24 where they are kept, offset in the workspace
 *   25, 26, 27 room for packed factors of outer products (left, right) and for a border of one, offsets in the workspace
 *   32–51 Philox's round keys, two words each
 * descriptor: 0 region (0 workspace, 1 tile, 2 absolute, 3 workspace, from the segment's first step)  1 offset  2 bytes a step  3 bytes a slot
 * phase: 0 kind (0 scan, 1 once, 2 end of list, 3 segmented scan, 4 segmented adjoint)  1 reverse  2 steps a block  3 number of moving descriptors
 *   4 their list  5 operations  6 deferred outer products  7 the scan that a segmented adjoint runs again
 *
 * A group of tiles shares accumulators and is run by one worker in order, so sums do not depend on the number of
 * workers. Weight gradients are gathered over blocks of steps: operands of outer products are kept for a block (in
 * slots, or where they are stored anyway) and multiplied together at its end.
 *
 * Where a scan's stored values would not fit in memory, it is segmented: the scan keeps its carries at the start of every
 * segment and stores values for one segment only; its adjoint runs each segment of the scan again before going back
 * through it. Segments are counted from the end, in whole blocks, so that sums are formed in the same order.
 */
import { binary, logSumExpUnits, sumUnits, ternary, unary } from './elementwise';
import { fillBernoulli, fillNormal, fillUniform } from './noise';
import { gatherAccumulate, isWide, outerNarrow, outerPacked } from './outer';
import { packLeft, packRight } from './pack';
import { product } from './product';

// src/engine/tape/codes.ts holds the same numbers.
@inline const END = 0;
@inline const PRODUCT = 1;
@inline const UNARY = 2;
@inline const BINARY = 3;
@inline const TERNARY = 4;
@inline const NOISE = 5;
@inline const SUM = 6;
@inline const LOG_SUM_EXP = 7;
@inline const GATHER = 8;

/** The first address that holds none of the kernels' constants. */
export function firstFreeAddress(): usize {
  return __heap_base;
}

let job: usize = 0;
let addresses: usize = 0;
let accumulators: usize = 0;
let samples: usize = 0;
let panels: i32 = 0;
let tileBase: usize = 0;
let segmentStart: i32 = 0;

@inline
function word(index: i32): i32 {
  return load<i32>(job + (<usize>index << 2));
}

/** Takes groups until none is left. `worker` chooses the workspace. */
export function run(atJob: usize, worker: i32): void {
  job = atJob;
  const groups = word(7);
  const tiles = word(6);
  addresses = <usize>word(8) + <usize>worker * word(9);
  for (;;) {
    const group = atomic.add<i32>(job + 76, 1);
    if (group >= groups) break;
    accumulators = <usize>word(12) + <usize>group * word(13);
    memory.fill(accumulators, 0, <usize>word(13));
    const last = <i32>((<i64>(group + 1) * tiles) / groups);
    for (let tile = <i32>((<i64>group * tiles) / groups); tile < last; tile++) runTile(tile);
    atomic.add<i32>(job + 80, 1);
  }
}

function runTile(tile: i32): void {
  const rows = min(word(5), word(4) - tile * word(5));
  panels = (rows + 7) >> 3;
  samples = <usize>word(18) + ((<usize>tile * word(5)) << 2);
  tileBase = <usize>word(10) + <usize>tile * word(11);
  // The table of addresses stands at the start of the workspace.
  const count = word(2);
  let descriptor = <usize>word(1);
  for (let i = 0; i < count; i++) {
    store<u32>(addresses + (<usize>i << 2), <u32>(regionBase(load<i32>(descriptor)) + load<u32>(descriptor, 4)));
    descriptor += 16;
  }
  for (let phase = <usize>word(0); load<i32>(phase) != 2; phase += 32) runPhase(phase);
}

@inline
function regionBase(region: i32): usize {
  return region == 1 ? tileBase : region == 2 ? 0 : addresses;
}

@inline
function stepIn(region: i32, step: i32): i32 {
  return region == 3 ? step - segmentStart : step;
}

function runPhase(phase: usize): void {
  const kind = load<i32>(phase);
  const steps = word(3);
  if (kind == 1) runSteps(phase, 0, 1);
  else if (kind == 0) runSteps(phase, 0, steps);
  else {
    const length = word(21);
    const segments = (steps + length - 1) / length;
    const carries = addresses + <usize>word(22);
    const bytes = <usize>word(23);
    const kept = addresses + <usize>word(24);
    if (kind == 3) {
      for (let segment = 0; segment < segments; segment++) {
        memory.copy(kept + <usize>segment * bytes, carries, bytes);
        segmentStart = firstOf(segment, segments, length, steps);
        runSteps(phase, segmentStart, firstOf(segment + 1, segments, length, steps));
      }
      memory.copy(kept + <usize>segments * bytes, carries, bytes);
    } else {
      for (let segment = segments - 1; segment >= 0; segment--) {
        memory.copy(carries, kept + <usize>segment * bytes, bytes);
        segmentStart = firstOf(segment, segments, length, steps);
        const end = firstOf(segment + 1, segments, length, steps);
        runSteps(load<u32>(phase, 28), segmentStart, end);
        runSteps(phase, segmentStart, end);
      }
      memory.copy(carries, kept + <usize>segments * bytes, bytes);
    }
  }
}

/** First step of a segment; the first segment takes what whole segments from the end leave over. */
@inline
function firstOf(segment: i32, segments: i32, length: i32, steps: i32): i32 {
  return segment == 0 ? 0 : steps - (segments - segment) * length;
}

/** Steps `first` to `end` − 1 of a phase, in its order. */
function runSteps(phase: usize, first: i32, end: i32): void {
  const steps = end - first;
  const reverse = load<i32>(phase, 4);
  const blockSteps = load<i32>(phase, 8);
  const movingCount = load<i32>(phase, 12);
  const moving = load<u32>(phase, 16);
  const operations = load<u32>(phase, 20);
  const deferred = load<u32>(phase, 24);
  const firstStep = word(16);
  const descriptors = <usize>word(1);
  let slot = 0;
  for (let visit = 0; visit < steps; visit++) {
    const step = reverse ? end - 1 - visit : first + visit;
    for (let i = 0; i < movingCount; i++) {
      const index = load<i32>(moving + (<usize>i << 2));
      const descriptor = descriptors + (<usize>index << 4);
      const region = load<i32>(descriptor);
      const offset =
        load<u32>(descriptor, 4) + stepIn(region, step) * load<i32>(descriptor, 8) + slot * load<i32>(descriptor, 12);
      store<u32>(addresses + (<usize>index << 2), <u32>(regionBase(region) + offset));
    }
    execute(operations, firstStep + step);
    slot++;
    if (slot == blockSteps || visit == steps - 1) {
      multiplyOut(deferred, slot, reverse ? step + slot - 1 : step - slot + 1, reverse);
      slot = 0;
    }
  }
}

@inline
function at(pointer: usize): usize {
  return load<u32>(addresses + (<usize>load<i32>(pointer) << 2));
}

/** Operand fields in an operation: descriptor, panel stride, unit stride. */
function execute(pointer: usize, step: i32): void {
  for (;;) {
    switch (load<i32>(pointer)) {
      case PRODUCT: {
        // code, out, out stride, in, in stride, weights, units, inner, accumulate
        product(
          at(pointer + 4), load<i32>(pointer, 8), 32, at(pointer + 12), load<i32>(pointer, 16), load<u32>(pointer, 20),
          load<i32>(pointer, 24), load<i32>(pointer, 28), panels, load<i32>(pointer, 32) != 0,
        );
        pointer += 36;
        break;
      }
      case UNARY: {
        // code, name, units, out, out stride, a (3)
        unary(
          load<i32>(pointer, 4), at(pointer + 12), load<i32>(pointer, 16),
          at(pointer + 20), load<i32>(pointer, 24), load<i32>(pointer, 28), load<i32>(pointer, 8), panels,
        );
        pointer += 32;
        break;
      }
      case BINARY: {
        binary(
          load<i32>(pointer, 4), at(pointer + 12), load<i32>(pointer, 16),
          at(pointer + 20), load<i32>(pointer, 24), load<i32>(pointer, 28),
          at(pointer + 32), load<i32>(pointer, 36), load<i32>(pointer, 40), load<i32>(pointer, 8), panels,
        );
        pointer += 44;
        break;
      }
      case TERNARY: {
        ternary(
          load<i32>(pointer, 4), at(pointer + 12), load<i32>(pointer, 16),
          at(pointer + 20), load<i32>(pointer, 24), load<i32>(pointer, 28),
          at(pointer + 32), load<i32>(pointer, 36), load<i32>(pointer, 40),
          at(pointer + 44), load<i32>(pointer, 48), load<i32>(pointer, 52), load<i32>(pointer, 8), panels,
        );
        pointer += 56;
        break;
      }
      case NOISE: {
        // code, distribution, units, out, out stride, stream, threshold
        const distribution = load<i32>(pointer, 4);
        const units = load<i32>(pointer, 8);
        const out = at(pointer + 12);
        const stride = load<i32>(pointer, 16);
        const stream = load<u32>(pointer, 20);
        const keys = job + 128;
        const sign = load<f32>(job + 68);
        if (distribution == 0) fillNormal(out, stride, units, panels, samples, keys, step, stream, sign);
        else if (distribution == 1) fillUniform(out, stride, units, panels, samples, keys, step, stream, sign);
        else {
          const threshold = load<u32>(pointer, 24);
          fillBernoulli(out, stride, units, panels, samples, keys, step, stream, threshold, sign);
        }
        pointer += 28;
        break;
      }
      case SUM: {
        // code, units, out, out stride, a (3)
        sumUnits(
          at(pointer + 8), load<i32>(pointer, 12), at(pointer + 16), load<i32>(pointer, 20), load<i32>(pointer, 24),
          load<i32>(pointer, 4), panels,
        );
        pointer += 28;
        break;
      }
      case LOG_SUM_EXP: {
        logSumExpUnits(
          at(pointer + 8), load<i32>(pointer, 12), at(pointer + 16), load<i32>(pointer, 20), load<i32>(pointer, 24),
          load<i32>(pointer, 4), panels,
        );
        pointer += 28;
        break;
      }
      case GATHER: {
        // code, accumulator offset, units, a, a stride
        gatherAccumulate(
          accumulators + load<u32>(pointer, 4), load<i32>(pointer, 8), at(pointer + 12), load<i32>(pointer, 16), panels,
        );
        pointer += 20;
        break;
      }
      default:
        return;
    }
  }
}

/**
 * The outer products of a block of steps. Entry: accumulator offset (−1 ends the list), rows, columns, then for each
 * operand its descriptor and panel stride. A factor that follows itself is packed once.
 */
function multiplyOut(pointer: usize, steps: i32, firstStep: i32, reverse: i32): void {
  const left = addresses + <usize>word(25);
  const right = addresses + <usize>word(26);
  const inner = (steps * panels) << 3;
  let packedLeft = -1;
  let packedRight = -1;
  while (load<i32>(pointer) >= 0) {
    const acc = accumulators + load<u32>(pointer);
    const rows = load<i32>(pointer, 4);
    const cols = load<i32>(pointer, 8);
    const a = load<i32>(pointer, 12);
    const b = load<i32>(pointer, 20);
    const aStart = blockStart(a, firstStep);
    const bStart = blockStart(b, firstStep);
    const aPanel = load<i32>(pointer, 16);
    const bPanel = load<i32>(pointer, 24);
    const aStep = blockStride(a, reverse);
    const bStep = blockStride(b, reverse);
    if (isWide(rows, cols)) {
      if (packedLeft != a) packLeft(left, aStart, aPanel, aStep, rows, panels, steps);
      if (packedRight != b) packRight(right, bStart, bPanel, bStep, cols, panels, steps);
      packedLeft = a;
      packedRight = b;
      outerPacked(acc, rows, cols, left, right, inner, addresses + <usize>word(27));
    } else outerNarrow(acc, rows, cols, aStart, aPanel, aStep, bStart, bPanel, bStep, panels, steps);
    pointer += 28;
  }
}

@inline
function blockStart(index: i32, firstStep: i32): usize {
  const descriptor = <usize>word(1) + (<usize>index << 4);
  const region = load<i32>(descriptor);
  return regionBase(region) + load<u32>(descriptor, 4) + stepIn(region, firstStep) * load<i32>(descriptor, 8);
}

@inline
function blockStride(index: i32, reverse: i32): i32 {
  const descriptor = <usize>word(1) + (<usize>index << 4);
  const stepStride = load<i32>(descriptor, 8);
  return load<i32>(descriptor, 12) + (reverse ? -stepStride : stepStride);
}
