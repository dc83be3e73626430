/**
 * The engine on WebGPU: float32, one shader a phase, all time steps of a batch in one submit. A workgroup takes a tile of rows through a chunk of
 * steps with the carries in registers; sums over rows are a second pass over what the chunk kept, so the bits depend neither on the tiling
 * nor on the memory budget. Nothing of a run stays on the device: a lost device is opened again and the run repeated.
 */
import { InputError } from '../../errors.js';
import type { Program, Requests } from '../../program/index.js';
import { checkInputs } from '../check-inputs.js';
import { compiled } from '../compiled.js';
import type { Engine, Kernel } from '../engine.js';
import { sharedStage } from '../shared-stage.js';
import { lower } from '../tape/lower.js';
import { takeTurns } from '../turns.js';
import { buildOf, isSoftware, refuseSoftware } from './adapter.js';
import { Device } from './device.js';
import { execute, type Pace } from './execute.js';
import type { Gpu } from './gpu.js';
import type { LayoutOptions } from './layout.js';
import { type Compiled, memoryOf, planFor } from './plan.js';

export interface WebGpuOptions {
  /** Bytes that may be stored for the way back; beyond it scans are checkpointed. Half of the largest binding unless given. */
  readonly memoryBudget?: number;
  /** Whether an adapter that computes on the processor will do. It is refused unless asked for: the other engines are faster there. */
  readonly software?: boolean;
  /** Rows of a workgroup, and steps of a chunk; chosen unless given. The bits depend on the chunk alone. */
  readonly tileRows?: number;
  readonly chunk?: number;
  /** Told of an adapter in software, and of faults that were mended. */
  readonly onNote?: (message: string) => void;
}

/**
 * @param gpu a page's `navigator.gpu`, Deno's, or that of Node's package `webgpu`; it must be referenced as long as the engine is used.
 * @throws InputError if there is no adapter, or only one in software that was not asked for.
 */
export async function createWebGpuEngine(gpu: Gpu, options: WebGpuOptions = {}): Promise<Engine> {
  const open = async (): Promise<Device> => {
    try {
      return await Device.open(gpu, (adapter) => refuseSoftware(adapter, options.software ?? false));
    } catch (error) {
      throw error instanceof InputError
        ? error
        : new InputError(error instanceof Error ? error.message : String(error));
    }
  };
  let device = await open();
  const { adapter, limits } = device;
  if (isSoftware(adapter.info))
    options.onNote?.(
      `the webgpu engine computes in software here (${adapter.info.description || adapter.info.vendor}): right, and slow; the other engines are faster`,
    );
  const layout: LayoutOptions = {
    budget: options.memoryBudget ?? limits.maxStorageBufferBindingSize / 2,
    invocations: Math.min(256, limits.maxComputeInvocationsPerWorkgroup),
    tileRows: options.tileRows,
    chunk: options.chunk,
  };
  // Nothing is known of the device's speed before the first long run.
  const pace: Pace = { perSubmit: 2e9 };
  const inTurn = takeTurns();
  /** A lost device: opened again, once a run. */
  const onDevice = async <Result>(work: (on: Device) => Promise<Result>): Promise<Result> => {
    try {
      return await work(device);
    } catch (error) {
      // The reason arrives after the failed call.
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (device.lost === null) throw error;
      options.onNote?.(`the WebGPU device was lost (${device.lost}); it is opened again and the batch computed anew`);
      device = await open();
      return work(device);
    }
  };
  return {
    name: 'webgpu',
    precision: 'float32',
    threads: 1,
    build: buildOf(adapter),
    compile: (program, requests) => {
      const plans = compile(program, requests);
      const planOf = (rows: number, steps: number) => planFor(plans, rows, steps, layout);
      const kernel: Kernel = {
        program: plans.program,
        plan: ({ rows, steps }) => memoryOf(planOf(rows, steps), requests),
        run: async (inputs) => {
          checkInputs(inputs, plans.signature);
          return inTurn(() => onDevice((on) => execute(on, plans, planOf(inputs.rows, inputs.steps), inputs, pace)));
        },
      };
      return kernel;
    },
    close: () => inTurn(async () => device.close()),
  };
}

function compile(whole: Program, requests: Requests): Compiled {
  const { program, signature } = compiled(whole, requests);
  const tape = lower(program, signature);
  return {
    ...{ program, signature, requests, tape },
    prepare: sharedStage(program.prepare, { overwrites: true }),
    finish: sharedStage(program.finish),
    plans: new Map(),
  };
}
