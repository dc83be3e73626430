/** A device with what all kernels share: pipelines by their text, buffers that grow, the one layout of bindings. */
import {
  computeStage,
  type Gpu,
  type GpuAdapter,
  type GpuBindGroup,
  type GpuBindGroupLayout,
  type GpuBuffer,
  type GpuDevice,
  type GpuLayoutEntry,
  type GpuLimits,
  type GpuPipeline,
  type GpuPipelineLayout,
  usage,
} from './gpu.js';
import { bindingTypes } from './shader/bindings.js';

/** Buffers by what they hold. */
export type BufferName = 'run' | 'weights' | 'given' | 'work' | 'samples' | 'sums' | 'totals' | 'kept' | 'reading';

const data = usage.storage | usage.copyTarget | usage.copySource;
const usages: { readonly [N in BufferName]: number } = {
  run: usage.uniform | usage.copyTarget,
  weights: data,
  given: data,
  work: data,
  samples: data,
  sums: data,
  totals: data,
  kept: data,
  reading: usage.mapRead | usage.copyTarget,
};

/** Pipelines that are kept; beyond it all are forgotten. */
const keptPipelines = 256;

export class Device {
  readonly limits: GpuLimits;
  /** Why the device is gone; null while it is there. */
  lost: string | null = null;
  /** Counts replaced buffers: bind groups of an earlier count are stale. */
  generation = 0;
  readonly #layout: GpuBindGroupLayout;
  readonly #pipelineLayout: GpuPipelineLayout;
  readonly #pipelines = new Map<string, Promise<GpuPipeline>>();
  readonly #buffers = new Map<BufferName, GpuBuffer>();

  private constructor(
    readonly device: GpuDevice,
    readonly adapter: GpuAdapter,
  ) {
    this.limits = adapter.limits;
    const entry = (binding: number, type: GpuLayoutEntry['buffer']['type'], hasDynamicOffset: boolean) => ({
      binding,
      visibility: computeStage,
      buffer: { type, hasDynamicOffset },
    });
    this.#layout = device.createBindGroupLayout({
      entries: [entry(0, 'uniform', true), ...bindingTypes.map((type, index) => entry(index + 1, type, false))],
    });
    this.#pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [this.#layout] });
    void device.lost.then(({ reason, message }) => {
      this.lost = message || reason || 'no reason was given';
    });
  }

  /** @throws Error if there is no adapter, or it gives no device. */
  static async open(gpu: Gpu, accepts: (adapter: GpuAdapter) => void): Promise<Device> {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) throw new Error('there is no WebGPU adapter on this machine');
    accepts(adapter);
    const { limits } = adapter;
    const requiredLimits = {
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    };
    return new Device(await adapter.requestDevice({ requiredLimits }), adapter);
  }

  pipeline(code: string, label: string): Promise<GpuPipeline> {
    let made = this.#pipelines.get(code);
    if (made === undefined) {
      if (this.#pipelines.size >= keptPipelines) this.#pipelines.clear();
      made = this.#compile(code, label);
      this.#pipelines.set(code, made);
    }
    return made;
  }

  async #compile(code: string, label: string): Promise<GpuPipeline> {
    const module = this.device.createShaderModule({ code, label });
    const compute = { module, entryPoint: 'main' };
    try {
      return await this.device.createComputePipelineAsync({ label, layout: this.#pipelineLayout, compute });
    } catch (error) {
      const { messages } = await module.getCompilationInfo();
      const lines = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`);
      throw new Error(`shader ${label}: ${[String(error), ...lines].join('\n')}`);
    }
  }

  /** A buffer of at least so many words, kept from run to run; undefined content. */
  buffer(name: BufferName, words: number): GpuBuffer {
    const size = Math.max(16, Math.ceil(words / 4) * 16);
    const known = this.#buffers.get(name);
    if (known !== undefined && known.size >= size) return known;
    known?.destroy();
    const made = this.device.createBuffer({ size, usage: usages[name], label: name });
    this.#buffers.set(name, made);
    this.generation += 1;
    return made;
  }

  /** @param blocks the dispatches' own numbers. */
  group(blocks: GpuBuffer, blockBytes: number): GpuBindGroup {
    const names = ['run', 'weights', 'given', 'work', 'samples', 'sums', 'totals'] as const;
    return this.device.createBindGroup({
      layout: this.#layout,
      entries: [
        { binding: 0, resource: { buffer: blocks, size: blockBytes } },
        ...names.map((name, index) => ({ binding: index + 1, resource: { buffer: this.buffer(name, 4) } })),
      ],
    });
  }

  /** After memory ran out: what is kept may be in the way of the next, smaller run. */
  forgetBuffers(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.#buffers.clear();
    this.generation += 1;
  }

  close(): void {
    this.forgetBuffers();
    this.device.destroy();
  }
}
