/*
 * Runs a tape over the tiles of a batch: the whole of a program (all phases, all time steps) for one tile after
 * another. src/engine/words encodes the tape; its records are described in src/engine/words/format.ts.
 *
 * A group of tiles shares accumulators and is run by one worker in order, so sums do not depend on the number of
 * workers. Weight gradients are gathered over blocks of steps: operands of outer products are kept for a block (in
 * slots, or where they are stored anyway) and multiplied together at its end.
 *
 * Where a scan's stored values would not fit in memory, it is segmented: the scan keeps its carries at the start of every
 * segment and stores values for one segment only; its adjoint runs each segment of the scan again before going back
 * through it. Segments are counted from the end, in whole blocks, so that sums are formed in the same order.
 */
import { logSumExpUnits, sumUnits } from './elementwise';
import { binary, ternary, unary } from './generated/functions';
import {
  Binary, Code, Descriptor, Distribution, Job, Noise, OuterProduct, Phase, PhaseKind, Product, Reduction, Region, SumRows,
  Ternary, Unary,
} from './generated/tape';
import { fillBernoulli, fillNormal, fillUniform } from './noise';
import { sumRowsInto, isWide, outerNarrow, outerPacked } from './outer';
import { packLeft, packRight } from './pack';
import { product } from './product';

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

/** A word of the job, by its offset in the record. */
@inline
function word(offset: i32): i32 {
  return load<i32>(job + <usize>offset);
}

/** Takes groups until none is left. `worker` chooses the workspace. */
export function run(atJob: usize, worker: i32): void {
  job = atJob;
  const groups = word(Job.groups);
  const tiles = word(Job.tiles);
  addresses = <usize>word(Job.workspacesAt) + <usize>worker * word(Job.workspaceBytes);
  for (;;) {
    const group = atomic.add<i32>(job + Job.nextGroup, 1);
    if (group >= groups) break;
    accumulators = <usize>word(Job.accumulatorsAt) + <usize>group * word(Job.accumulatorBytes);
    memory.fill(accumulators, 0, <usize>word(Job.accumulatorBytes));
    const last = <i32>((<i64>(group + 1) * tiles) / groups);
    for (let tile = <i32>((<i64>group * tiles) / groups); tile < last; tile++) runTile(tile);
    atomic.add<i32>(job + Job.groupsDone, 1);
  }
}

function runTile(tile: i32): void {
  const rows = min(word(Job.tileRows), word(Job.rows) - tile * word(Job.tileRows));
  panels = (rows + 7) >> 3;
  samples = <usize>word(Job.samplesAt) + ((<usize>tile * word(Job.tileRows)) << 2);
  tileBase = <usize>word(Job.tilesAt) + <usize>tile * word(Job.tileBytes);
  // The table of addresses stands at the start of the workspace.
  const count = word(Job.descriptorCount);
  let descriptor = <usize>word(Job.descriptorsAt);
  for (let i = 0; i < count; i++) {
    store<u32>(addresses + (<usize>i << 2), <u32>(regionBase(load<i32>(descriptor, Descriptor.region)) + load<u32>(descriptor, Descriptor.offset)));
    descriptor += Descriptor.bytes;
  }
  for (let phase = <usize>word(Job.phasesAt); load<i32>(phase, Phase.kind) != PhaseKind.end; phase += Phase.bytes) runPhase(phase);
}

@inline
function regionBase(region: i32): usize {
  return region == Region.tile ? tileBase : region == Region.absolute ? 0 : addresses;
}

@inline
function stepIn(region: i32, step: i32): i32 {
  return region == Region.segment ? step - segmentStart : step;
}

function runPhase(phase: usize): void {
  const kind = load<i32>(phase, Phase.kind);
  const steps = word(Job.steps);
  if (kind == PhaseKind.once) runSteps(phase, 0, 1);
  else if (kind == PhaseKind.scan) runSteps(phase, 0, steps);
  else {
    const length = word(Job.segmentSteps);
    const segments = (steps + length - 1) / length;
    const carries = addresses + <usize>word(Job.segmentCarries);
    const bytes = <usize>word(Job.segmentBytes);
    const kept = addresses + <usize>word(Job.segmentKept);
    if (kind == PhaseKind.segmentedScan) {
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
        runSteps(load<u32>(phase, Phase.again), segmentStart, end);
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
  const reverse = load<i32>(phase, Phase.reverse);
  const blockSteps = load<i32>(phase, Phase.blockSteps);
  const movingCount = load<i32>(phase, Phase.movingCount);
  const moving = load<u32>(phase, Phase.moving);
  const operations = load<u32>(phase, Phase.operations);
  const deferred = load<u32>(phase, Phase.outerProducts);
  const firstStep = word(Job.firstStep);
  const descriptors = <usize>word(Job.descriptorsAt);
  let slot = 0;
  for (let visit = 0; visit < steps; visit++) {
    const step = reverse ? end - 1 - visit : first + visit;
    for (let i = 0; i < movingCount; i++) {
      const index = load<i32>(moving + (<usize>i << 2));
      const descriptor = descriptors + <usize>index * Descriptor.bytes;
      const region = load<i32>(descriptor, Descriptor.region);
      const offset =
        load<u32>(descriptor, Descriptor.offset) +
        stepIn(region, step) * load<i32>(descriptor, Descriptor.stepBytes) +
        slot * load<i32>(descriptor, Descriptor.slotBytes);
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

function execute(pointer: usize, step: i32): void {
  for (;;) {
    switch (load<i32>(pointer)) {
      case Code.product: {
        product(
          at(pointer + Product.out), load<i32>(pointer, Product.outPanel), 32,
          at(pointer + Product.a), load<i32>(pointer, Product.aPanel), load<u32>(pointer, Product.weights),
          load<i32>(pointer, Product.units), load<i32>(pointer, Product.inner), panels,
          load<i32>(pointer, Product.accumulate) != 0,
        );
        pointer += Product.bytes;
        break;
      }
      case Code.unary: {
        unary(
          load<i32>(pointer, Unary.name), at(pointer + Unary.out), load<i32>(pointer, Unary.outPanel),
          at(pointer + Unary.a), load<i32>(pointer, Unary.aPanel), load<i32>(pointer, Unary.aUnit),
          load<i32>(pointer, Unary.units), panels,
        );
        pointer += Unary.bytes;
        break;
      }
      case Code.binary: {
        binary(
          load<i32>(pointer, Binary.name), at(pointer + Binary.out), load<i32>(pointer, Binary.outPanel),
          at(pointer + Binary.a), load<i32>(pointer, Binary.aPanel), load<i32>(pointer, Binary.aUnit),
          at(pointer + Binary.b), load<i32>(pointer, Binary.bPanel), load<i32>(pointer, Binary.bUnit),
          load<i32>(pointer, Binary.units), panels,
        );
        pointer += Binary.bytes;
        break;
      }
      case Code.ternary: {
        ternary(
          load<i32>(pointer, Ternary.name), at(pointer + Ternary.out), load<i32>(pointer, Ternary.outPanel),
          at(pointer + Ternary.a), load<i32>(pointer, Ternary.aPanel), load<i32>(pointer, Ternary.aUnit),
          at(pointer + Ternary.b), load<i32>(pointer, Ternary.bPanel), load<i32>(pointer, Ternary.bUnit),
          at(pointer + Ternary.c), load<i32>(pointer, Ternary.cPanel), load<i32>(pointer, Ternary.cUnit),
          load<i32>(pointer, Ternary.units), panels,
        );
        pointer += Ternary.bytes;
        break;
      }
      case Code.noise: {
        const distribution = load<i32>(pointer, Noise.distribution);
        const units = load<i32>(pointer, Noise.units);
        const out = at(pointer + Noise.out);
        const stride = load<i32>(pointer, Noise.outPanel);
        const stream = load<u32>(pointer, Noise.stream);
        const keys = job + Job.roundKeys;
        const sign = load<f32>(job + Job.sign);
        if (distribution == Distribution.normal)
          fillNormal(out, stride, units, panels, samples, keys, step, stream, sign);
        else if (distribution == Distribution.uniform)
          fillUniform(out, stride, units, panels, samples, keys, step, stream, sign);
        else {
          const threshold = load<u32>(pointer, Noise.threshold);
          fillBernoulli(out, stride, units, panels, samples, keys, step, stream, threshold, sign);
        }
        pointer += Noise.bytes;
        break;
      }
      case Code.sum: {
        sumUnits(
          at(pointer + Reduction.out), load<i32>(pointer, Reduction.outPanel),
          at(pointer + Reduction.a), load<i32>(pointer, Reduction.aPanel), load<i32>(pointer, Reduction.aUnit),
          load<i32>(pointer, Reduction.units), panels,
        );
        pointer += Reduction.bytes;
        break;
      }
      case Code.logSumExp: {
        logSumExpUnits(
          at(pointer + Reduction.out), load<i32>(pointer, Reduction.outPanel),
          at(pointer + Reduction.a), load<i32>(pointer, Reduction.aPanel), load<i32>(pointer, Reduction.aUnit),
          load<i32>(pointer, Reduction.units), panels,
        );
        pointer += Reduction.bytes;
        break;
      }
      case Code.sumRows: {
        sumRowsInto(
          accumulators + load<u32>(pointer, SumRows.accumulator), load<i32>(pointer, SumRows.units),
          at(pointer + SumRows.a), load<i32>(pointer, SumRows.aPanel), panels,
        );
        pointer += SumRows.bytes;
        break;
      }
      default:
        return;
    }
  }
}

/** The outer products of a block of steps. A factor that follows itself is packed once. */
function multiplyOut(pointer: usize, steps: i32, firstStep: i32, reverse: i32): void {
  const left = addresses + <usize>word(Job.leftFactor);
  const right = addresses + <usize>word(Job.rightFactor);
  const inner = (steps * panels) << 3;
  let packedLeft = -1;
  let packedRight = -1;
  while (load<i32>(pointer, OuterProduct.accumulator) >= 0) {
    const acc = accumulators + load<u32>(pointer, OuterProduct.accumulator);
    const rows = load<i32>(pointer, OuterProduct.rows);
    const cols = load<i32>(pointer, OuterProduct.columns);
    const a = load<i32>(pointer, OuterProduct.a);
    const b = load<i32>(pointer, OuterProduct.b);
    const aStart = blockStart(a, firstStep);
    const bStart = blockStart(b, firstStep);
    const aPanel = load<i32>(pointer, OuterProduct.aPanel);
    const bPanel = load<i32>(pointer, OuterProduct.bPanel);
    const aStep = blockStride(a, reverse);
    const bStep = blockStride(b, reverse);
    if (isWide(rows, cols)) {
      if (packedLeft != a) packLeft(left, aStart, aPanel, aStep, rows, panels, steps);
      if (packedRight != b) packRight(right, bStart, bPanel, bStep, cols, panels, steps);
      packedLeft = a;
      packedRight = b;
      outerPacked(acc, rows, cols, left, right, inner, addresses + <usize>word(Job.border));
    } else outerNarrow(acc, rows, cols, aStart, aPanel, aStep, bStart, bPanel, bStep, panels, steps);
    pointer += OuterProduct.bytes;
  }
}

@inline
function blockStart(index: i32, firstStep: i32): usize {
  const descriptor = <usize>word(Job.descriptorsAt) + <usize>index * Descriptor.bytes;
  const region = load<i32>(descriptor, Descriptor.region);
  return (
    regionBase(region) +
    load<u32>(descriptor, Descriptor.offset) +
    stepIn(region, firstStep) * load<i32>(descriptor, Descriptor.stepBytes)
  );
}

@inline
function blockStride(index: i32, reverse: i32): i32 {
  const descriptor = <usize>word(Job.descriptorsAt) + <usize>index * Descriptor.bytes;
  const stepStride = load<i32>(descriptor, Descriptor.stepBytes);
  return load<i32>(descriptor, Descriptor.slotBytes) + (reverse ? -stepStride : stepStride);
}
