/** Everything of a kernel that depends on the size of a run: where things lie, shaders, dispatches. Kept for the last sizes. */
import type { Program, Requests } from '../../program/index.js';
import type { Signature } from '../check-inputs.js';
import type { MemoryPlan } from '../engine.js';
import type { SharedStage } from '../shared-stage.js';
import type { Tape } from '../tape/tape.js';
import type { Device } from './device.js';
import { type Dispatches, dispatchesOf } from './dispatches.js';
import type { GpuBindGroup, GpuBuffer, GpuPipeline } from './gpu.js';
import { type Layout, type LayoutOptions, layOut } from './layout.js';
import { checkpointsOf } from './schedule.js';
import { phaseShader } from './shader/phase.js';

/** A compiled program. */
export interface Compiled {
  readonly program: Program;
  readonly signature: Signature;
  readonly requests: Requests;
  readonly tape: Tape;
  readonly prepare: SharedStage;
  readonly finish: SharedStage;
  readonly plans: Map<string, Plan>;
}

export interface Plan {
  readonly layout: Layout;
  readonly dispatches: Dispatches;
  /** WGSL by phase; null where a phase computes nothing. */
  readonly shaders: readonly (string | null)[];
  /** What lies on the device, once it has run there. */
  resident: Resident | null;
}

export interface Resident {
  readonly device: Device;
  readonly generation: number;
  readonly blocks: GpuBuffer;
  readonly group: GpuBindGroup;
  readonly pipelines: ReadonlyMap<number | string, GpuPipeline>;
}

const keptPlans = 8;

export function planFor(compiled: Compiled, rows: number, steps: number, options: LayoutOptions): Plan {
  const key = `${rows} ${steps} ${options.budget} ${options.invocations}`;
  let plan = compiled.plans.get(key);
  if (plan === undefined) {
    const layout = layOut(compiled.tape, compiled.signature, compiled.requests, { rows, steps }, options);
    plan = {
      layout,
      dispatches: dispatchesOf(layout),
      shaders: layout.phases.map((phase, index) =>
        phase.part.operations.length === 0 ? null : phaseShader(layout, phase, index),
      ),
      resident: null,
    };
    if (compiled.plans.size >= keptPlans) {
      for (const { resident } of compiled.plans.values()) resident?.blocks.destroy();
      compiled.plans.clear();
    }
    compiled.plans.set(key, plan);
  }
  return plan;
}

export function memoryOf({ layout, dispatches }: Plan, requests: Requests): MemoryPlan {
  const { segments, rows, steps } = layout;
  const requested = new Set(requests.sequences ?? []);
  let tapeWords = 0;
  for (const [name, { width, segmented }] of layout.written)
    if (!requested.has(name)) tapeWords += width * rows * (segmented ? segments!.steps : steps);
  const checkpointBytes = 4 * layout.keptWords * checkpointsOf(layout);
  const sharedBytes = 4 * layout.sharedWords;
  const rowBytes = 4 * (layout.givenWords + rows);
  const accumulatorBytes = 4 * layout.sumWords * (layout.splits + 1);
  const workspaceBytes = 4 * layout.workWords + checkpointBytes;
  const tileRows = Math.max(1, ...layout.phases.map((phase) => phase.tileRows));
  return {
    ...{ tileRows, tiles: Math.ceil(rows / tileRows), sharedBytes, rowBytes, accumulatorBytes, workspaceBytes },
    tapeBytes: 4 * tapeWords,
    workers: 1,
    segments: segments && { steps: segments.steps, count: Math.ceil(steps / segments.steps), bytes: checkpointBytes },
    totalBytes: sharedBytes + rowBytes + accumulatorBytes + workspaceBytes + 256 * dispatches.blocks.length,
  };
}
