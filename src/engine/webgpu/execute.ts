/** One run: upload, encode, submit, read back. */
import { InputError } from '../../errors.js';
import { type Tensors, zeros } from '../../graph/index.js';
import type { RunInputs, RunOutputs, Values } from '../engine.js';
import type { Device } from './device.js';
import type { PipelineName, Step } from './dispatches.js';
import { type GpuCommandEncoder, type GpuComputePass, readMode, usage } from './gpu.js';
import type { Layout } from './layout.js';
import type { Compiled, Plan, Resident } from './plan.js';
import { checkpointsOf } from './schedule.js';
import { blockStride, blockWords, runWords } from './shader/bindings.js';
import { noiseShader } from './shader/noise.js';
import { largeSumsShader, smallSumsShader, totalsShader } from './shader/sums.js';

const sharedShaders: Readonly<Record<string, string>> = {
  noise: noiseShader,
  smallSums: smallSumsShader,
  largeSums: largeSumsShader,
  totals: totalsShader,
};

/** How much is submitted at once, in multiply-adds: a driver kills what keeps a device from its other work for seconds. */
export interface Pace {
  perSubmit: number;
}

/** @throws InputError if the batch does not fit the device. */
export async function execute(
  device: Device,
  compiled: Compiled,
  plan: Plan,
  inputs: RunInputs,
  pace: Pace,
): Promise<RunOutputs> {
  const known: Tensors = { ...inputs.parameters, ...compiled.prepare(inputs.parameters) };
  const pieces = piecesOf(plan.layout, compiled);
  const readingWords = pieces.reduce((total, { words }) => total + words, 0);
  const resident = await residentOf(device, plan, readingWords);
  upload(device, plan.layout, inputs, known);
  const started = performance.now();
  const submits = submitAll(device, plan, resident, pieces, pace);
  const reading = device.buffer('reading', readingWords);
  const bytes = Math.max(16, 4 * readingWords);
  await reading.mapAsync(readMode, 0, bytes);
  const found = new Float32Array(reading.getMappedRange(0, bytes).slice(0));
  reading.unmap();
  setPace(pace, plan, performance.now() - started, submits);
  return outputsOf(plan.layout, compiled, inputs, pieces, found, known);
}

/** Aims at 200 ms a submit, of what the last run took in all. */
function setPace(pace: Pace, { dispatches }: Plan, milliseconds: number, submits: number): void {
  const work = dispatches.steps.reduce((total, step) => total + (step.kind === 'dispatch' ? step.work : 0), 0);
  // Short runs are mostly latency, and say nothing of the device's speed.
  if (milliseconds > 20 || submits > 1) pace.perSubmit = Math.max(1e6, (200 * work) / milliseconds);
}

async function residentOf(device: Device, plan: Plan, readingWords: number): Promise<Resident> {
  const { layout, dispatches } = plan;
  const needed = {
    run: runWords,
    weights: layout.sharedWords,
    given: layout.givenWords,
    work: layout.workWords,
    samples: layout.rows,
    sums: layout.splits * layout.sumWords,
    totals: layout.sumWords,
    kept: checkpointsOf(layout) * layout.keptWords,
    reading: readingWords,
  } as const;
  const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  for (const [name, words] of Object.entries(needed))
    if (4 * words > most) throw tooLarge(`${name} of`, 4 * words, most);
  await inScope(device, 'out-of-memory', 4 * layout.workWords, () => {
    for (const [name, words] of Object.entries(needed)) device.buffer(name as keyof typeof needed, words);
  });
  const known = plan.resident;
  if (known !== null && known.device === device && known.generation === device.generation) return known;
  const blocks = known?.device === device ? known.blocks : blocksOf(device, dispatches.blocks);
  const pipelines = known?.device === device ? known.pipelines : await pipelinesOf(device, plan);
  const group = device.group(blocks, 4 * blockWords);
  plan.resident = { device, generation: device.generation, blocks, group, pipelines };
  return plan.resident;
}

/** Awaits the scope only where something was made: asking costs a turn of the event loop. */
async function inScope(device: Device, filter: 'out-of-memory', bytes: number, work: () => void): Promise<void> {
  const before = device.generation;
  device.device.pushErrorScope(filter);
  work();
  const answer = device.device.popErrorScope();
  if (device.generation === before) return;
  const error = await answer;
  if (error === null) return;
  device.forgetBuffers();
  throw tooLarge(`out of memory (${error.message}) at`, bytes, null);
}

function tooLarge(what: string, bytes: number, most: number | null): InputError {
  const limit = most === null ? '' : `, and a buffer of this device holds ${Math.floor(most / 2 ** 20)} MiB`;
  return new InputError(
    `the webgpu engine needs ${what} ${Math.ceil(bytes / 2 ** 20)} MiB for this batch${limit}; use a smaller --batch-size or fewer steps`,
  );
}

function blocksOf({ device }: Device, blocks: readonly (readonly number[])[]) {
  const stride = blockStride / 4;
  const words = new Uint32Array(Math.max(1, blocks.length) * stride);
  for (const [index, block] of blocks.entries()) words.set(block, index * stride);
  const buffer = device.createBuffer({
    size: words.byteLength,
    usage: usage.uniform | usage.copyTarget,
    label: 'blocks',
  });
  device.queue.writeBuffer(buffer, 0, words);
  return buffer;
}

/** All at once: drivers compile on several threads. */
async function pipelinesOf(device: Device, { shaders, layout, dispatches }: Plan): Promise<Resident['pipelines']> {
  const used = new Set<PipelineName>(
    dispatches.steps.flatMap((step) => (step.kind === 'dispatch' ? [step.pipeline] : [])),
  );
  const made = [...used].map(async (name) => {
    const code = typeof name === 'number' ? shaders[name]! : sharedShaders[name]!;
    const label = typeof name === 'number' ? layout.phases[name]!.part.name : name;
    return [name, await device.pipeline(code, label)] as const;
  });
  return new Map(await Promise.all(made));
}

function upload(device: Device, layout: Layout, inputs: RunInputs, known: Tensors): void {
  const { queue } = device.device;
  const { rows, noise, sequences = {}, carries = {} } = inputs;
  const weights = new Float32Array(layout.sharedWords);
  for (const { name, offset, transposed } of layout.shared) {
    const { data } = known[name]!;
    if (transposed === null) weights.set(data, offset);
    else {
      const { width, inner } = transposed;
      for (let unit = 0; unit < width; unit++)
        for (let k = 0; k < inner; k++) weights[offset + k * width + unit] = data[unit * inner + k]!;
    }
  }
  queue.writeBuffer(device.buffer('weights', 0), 0, weights);
  const given = device.buffer('given', 0);
  for (const [name, { offset }] of layout.given) queue.writeBuffer(given, 4 * offset, singles(sequences[name]!));
  if (layout.carryWords > 0) {
    const entering = new Float32Array(layout.carryWords);
    for (const [name, values] of Object.entries(carries)) {
      const region = layout.carries.get(name);
      if (region !== undefined) entering.set(values, region.offset);
    }
    queue.writeBuffer(device.buffer('work', 0), 0, entering);
  }
  const { key = [0, 0], firstStep = 0, sign = 1, samples = new Uint32Array(rows) } = noise ?? {};
  queue.writeBuffer(device.buffer('samples', 0), 0, samples);
  const flip = sign === -1 ? 0xffffffff : 0;
  queue.writeBuffer(
    device.buffer('run', 0),
    0,
    Uint32Array.of(key[0], key[1], firstStep, flip, 0x7fc00000, 0xff800000, 0, 0),
  );
}

const singles = (values: Values): Float32Array => (values instanceof Float32Array ? values : new Float32Array(values));

/** @returns how many submits it took. */
function submitAll(device: Device, plan: Plan, resident: Resident, pieces: readonly Piece[], pace: Pace): number {
  const { layout, dispatches } = plan;
  const { queue } = device.device;
  let encoder = device.device.createCommandEncoder();
  if (layout.sumWords > 0) encoder.clearBuffer(device.buffer('sums', 0), 0, 4 * layout.splits * layout.sumWords);
  let pass: GpuComputePass | null = null;
  let work = 0;
  let submits = 1;
  const close = (): void => {
    pass?.end();
    pass = null;
  };
  for (const step of dispatches.steps) {
    if (step.kind !== 'dispatch') {
      close();
      copyCheckpoint(encoder, device, layout, step);
      continue;
    }
    if (work > 0 && work + step.work > pace.perSubmit) {
      close();
      queue.submit([encoder.finish()]);
      encoder = device.device.createCommandEncoder();
      work = 0;
      submits += 1;
    }
    work += step.work;
    pass ??= encoder.beginComputePass();
    pass.setPipeline(resident.pipelines.get(step.pipeline)!);
    pass.setBindGroup(0, resident.group, [step.block * blockStride]);
    pass.dispatchWorkgroups(...step.groups);
  }
  close();
  const reading = device.buffer('reading', 0);
  let at = 0;
  for (const { buffer, offset, words } of pieces) {
    encoder.copyBufferToBuffer(device.buffer(buffer, 0), 4 * offset, reading, 4 * at, 4 * words);
    at += words;
  }
  queue.submit([encoder.finish()]);
  return submits;
}

function copyCheckpoint(
  encoder: GpuCommandEncoder,
  device: Device,
  { keptWords }: Layout,
  { kind, checkpoint }: Step & { readonly kind: 'keep' | 'restore' },
): void {
  const bytes = 4 * keptWords;
  if (bytes === 0) return;
  const [work, kept] = [device.buffer('work', 0), device.buffer('kept', 0)];
  if (kind === 'keep') encoder.copyBufferToBuffer(work, 0, kept, checkpoint * bytes, bytes);
  else encoder.copyBufferToBuffer(kept, checkpoint * bytes, work, 0, bytes);
}

/** What is read back, one piece behind the other. */
interface Piece {
  readonly kind: 'carry' | 'sequence' | 'totals';
  readonly name: string;
  readonly buffer: 'work' | 'totals';
  readonly offset: number;
  readonly words: number;
}

function piecesOf(layout: Layout, { requests }: Compiled): Piece[] {
  const pieces: Piece[] = [];
  const { rows, steps } = layout;
  for (const name of requests.carries ?? []) {
    const { offset, width } = layout.carries.get(name)!;
    pieces.push({ kind: 'carry', name, buffer: 'work', offset, words: rows * width });
  }
  for (const name of requests.sequences ?? []) {
    const region = layout.written.get(name);
    if (region !== undefined)
      pieces.push({
        kind: 'sequence',
        name,
        buffer: 'work',
        offset: region.offset,
        words: rows * steps * region.width,
      });
  }
  if (layout.sumWords > 0)
    pieces.push({ kind: 'totals', name: '', buffer: 'totals', offset: 0, words: layout.sumWords });
  return pieces.filter(({ words }) => words > 0);
}

function outputsOf(
  layout: Layout,
  { program, requests, finish }: Compiled,
  { sequences: given = {} }: RunInputs,
  pieces: readonly Piece[],
  found: Float32Array,
  known: Tensors,
): RunOutputs {
  const carries: Record<string, Float64Array> = {};
  const sequences: Record<string, Float64Array> = {};
  for (const name of requests.carries ?? []) carries[name] = new Float64Array(0);
  for (const name of requests.sequences ?? [])
    sequences[name] = layout.written.has(name) ? new Float64Array(0) : Float64Array.from(given[name]!, Math.fround);
  let sums: Float32Array = new Float32Array(0);
  let at = 0;
  for (const { kind, name, words } of pieces) {
    const values = found.subarray(at, at + words);
    at += words;
    if (kind === 'carry') carries[name] = Float64Array.from(values);
    else if (kind === 'sequence') sequences[name] = rowByRow(values, layout, layout.written.get(name)!.width);
    else sums = values;
  }
  const totals: Record<string, Tensors[string]> = {};
  for (const part of program.phases)
    for (const [name, { shape }] of Object.entries(part.accumulators)) {
      const total = zeros(shape);
      const offset = layout.sums.get(name);
      if (offset !== undefined) total.data.set(sums.subarray(offset, offset + total.data.length));
      totals[name] = total;
    }
  return { carries, sequences, shared: finish({ ...known, ...totals }) };
}

/** [step][row][unit] → [row][step][unit] */
function rowByRow(values: Float32Array, { rows, steps }: Layout, width: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let step = 0; step < steps; step++)
    for (let row = 0; row < rows; row++) {
      const from = (step * rows + row) * width;
      out.set(values.subarray(from, from + width), (row * steps + step) * width);
    }
  return out;
}
