/** `doctor --plan`: what a work will hold in memory, before it is run. */
import type { MemoryPlan } from '../engine/engine.js';
import { openEngine } from '../engine/open-engine.js';
import { InputError } from '../errors.js';
import { buildModel, type Model, planMemory } from '../model/index.js';
import { nodeParts } from '../node/modules.js';
import { parseNoise } from '../noise/index.js';
import { solverNamed } from '../solvers/index.js';
import { collectParts } from '../train/parts/collect.js';
import { type EngineOptions, readEngine } from './engine-options.js';
import { wholeNumber } from './whole-number.js';

export interface PlanOptions extends EngineOptions {
  /** UNITSxSTEPSxBATCH. */
  readonly plan: string;
  readonly model: string;
  readonly noise: string;
  readonly inputs: string;
  readonly classes: string;
  readonly infer?: boolean;
}

export interface WorkPlan {
  readonly work: {
    readonly model: string;
    readonly noise: string;
    readonly units: number;
    readonly steps: number;
    readonly batch: number;
    readonly inputs: number;
    readonly classes: number;
    readonly mode: 'train' | 'infer';
  };
  readonly engine: string;
  readonly threads: number;
  readonly parameters: number;
  /** The engine's memory. */
  readonly memory: MemoryPlan;
  /** Batch, parameters, gradient, optimiser, and what is made of them for each call, outside the engine. */
  readonly hostBytes: number;
  /** Resident memory of this process as it is, and an allowance for compiled code and what waits for collection. */
  readonly runtimeBytes: number;
  /** In 10⁶ bytes: what the process will not exceed. */
  readonly peakMegabytes: number;
}

/** Compiled code, and garbage between two collections. */
const allowance = 64e6;
/** Float64 arrays of all parameters: values, gradient, two moments, and the stages before and after a run. */
const parameterCopies = 16;

/** @throws InputError for a size that is none, or an engine that does not plan. */
export async function planWork(options: PlanOptions): Promise<WorkPlan> {
  const [units, steps, batch] = sizesOf(options.plan);
  const { engine: choice, threads } = readEngine(options);
  const inputs = wholeNumber('inputs', options.inputs, 1);
  const classes = wholeNumber('classes', options.classes, 1);
  const model = await modelOf(options, { units, inputs, classes });
  const engine = await openEngine(choice, threads);
  try {
    const mode = options.infer ? 'infer' : 'train';
    const noisy = mode === 'train' && model.spec.layers.some(({ noise }) => noise.name !== 'none');
    const verb = mode === 'train' ? 'gradient' : 'logits';
    const memory = planMemory(model, engine, { verb, rows: batch, steps, noisy });
    if (memory === null)
      throw new InputError(`--plan: engine ${engine.name} does not plan its memory; use --engine wasm or native`);
    const parameters = Object.values(model.parameters).reduce(
      (total, { shape }) => total + shape.reduce((product, extent) => product * extent, 1),
      0,
    );
    const hostBytes = parameters * 8 * parameterCopies + batch * steps * inputs * 8;
    const runtimeBytes = process.memoryUsage.rss() + allowance;
    const { model: name, noise } = options;
    return {
      work: { model: name, noise, units, steps, batch, inputs, classes, mode },
      engine: engine.name,
      threads: engine.threads,
      parameters,
      memory,
      hostBytes,
      runtimeBytes,
      peakMegabytes: Math.ceil((memory.totalBytes + hostBytes + runtimeBytes) / 1e6),
    };
  } finally {
    await engine.close();
  }
}

function sizesOf(plan: string): [units: number, steps: number, batch: number] {
  const sizes = /^(\d+)x(\d+)x(\d+)$/.exec(plan)?.slice(1).map(Number);
  if (sizes === undefined || sizes.includes(0))
    throw new InputError(`--plan ${plan}: expected UNITSxSTEPSxBATCH, such as 128x784x128`);
  return sizes as [number, number, number];
}

async function modelOf(
  { model, noise }: PlanOptions,
  { units, inputs, classes }: { units: number; inputs: number; classes: number },
): Promise<Model> {
  const { settings, parts } = await collectParts({ model }, nodeParts());
  const cell = parts.cell(settings.model!);
  const step = { kind: cell.step === undefined ? ('learned' as const) : ('fixed' as const), delta: 1 };
  const layer = { cell, units, noise: parseNoise(noise), solver: solverNamed('euler'), step };
  return buildModel({ layers: [layer], inputs, outputs: classes, readout: 'last' });
}

export function describePlan(plan: WorkPlan): string {
  const { work, memory } = plan;
  const { segments } = memory;
  const size = `${work.units} units, ${work.steps} steps, batch ${work.batch}`;
  const stored =
    segments === null
      ? 'all steps are stored'
      : `checkpoints: ${segments.count} segments of ${segments.steps} steps (${megabytes(segments.bytes)} a worker)`;
  return [
    `${work.mode} ${work.model}, ${size}, noise ${work.noise}; engine ${plan.engine}, threads: ${plan.threads}`,
    `parameters         ${plan.parameters}; packed with what is prepared of them ${megabytes(memory.sharedBytes)}`,
    `batch              ${megabytes(memory.rowBytes)} in ${memory.tiles} tiles of ${memory.tileRows} rows`,
    `sums over rows     ${megabytes(memory.accumulatorBytes)}`,
    `tape a tile        ${megabytes(memory.tapeBytes)}; ${stored}`,
    `workspaces         ${memory.workers} of ${megabytes(memory.workspaceBytes)}`,
    `engine             ${megabytes(memory.totalBytes)}`,
    `outside of it      ${megabytes(plan.hostBytes)} of data, ${megabytes(plan.runtimeBytes)} for the program itself`,
    `peak, at most      ${plan.peakMegabytes} MB`,
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
