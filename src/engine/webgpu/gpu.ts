/**
 * What this engine uses of WebGPU (W3C, https://www.w3.org/TR/webgpu/), structurally: a page's `navigator.gpu`, Deno's, or that of
 * Node's package `webgpu`. Written down here so that the package's types need neither the DOM's nor another package's.
 */

export interface Gpu {
  requestAdapter(options?: { powerPreference?: 'high-performance' | 'low-power' }): Promise<GpuAdapter | null>;
}

export interface GpuAdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

export interface GpuLimits {
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}

export interface GpuAdapter {
  readonly info: GpuAdapterInfo;
  readonly limits: GpuLimits;
  readonly features: { has(name: string): boolean };
  requestDevice(descriptor: {
    readonly requiredLimits: Readonly<Record<string, number>>;
    readonly requiredFeatures?: readonly string[];
  }): Promise<GpuDevice>;
}

export type GpuErrorFilter = 'validation' | 'out-of-memory' | 'internal';

export interface GpuDevice {
  readonly queue: GpuQueue;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  createBuffer(descriptor: { readonly size: number; readonly usage: number; readonly label?: string }): GpuBuffer;
  createShaderModule(descriptor: { readonly code: string; readonly label?: string }): GpuShaderModule;
  createBindGroupLayout(descriptor: { readonly entries: readonly GpuLayoutEntry[] }): GpuBindGroupLayout;
  createPipelineLayout(descriptor: { readonly bindGroupLayouts: readonly GpuBindGroupLayout[] }): GpuPipelineLayout;
  createComputePipelineAsync(descriptor: {
    readonly label?: string;
    readonly layout: GpuPipelineLayout;
    readonly compute: { readonly module: GpuShaderModule; readonly entryPoint: string };
  }): Promise<GpuPipeline>;
  createBindGroup(descriptor: {
    readonly layout: GpuBindGroupLayout;
    readonly entries: readonly { readonly binding: number; readonly resource: GpuBinding }[];
  }): GpuBindGroup;
  createCommandEncoder(): GpuCommandEncoder;
  pushErrorScope(filter: GpuErrorFilter): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  destroy(): void;
}

export interface GpuLayoutEntry {
  readonly binding: number;
  readonly visibility: number;
  readonly buffer: { readonly type: 'uniform' | 'storage' | 'read-only-storage'; readonly hasDynamicOffset: boolean };
}

export interface GpuBinding {
  readonly buffer: GpuBuffer;
  readonly size?: number;
}

export interface GpuBuffer {
  readonly size: number;
  mapAsync(mode: number, offset?: number, size?: number): Promise<void>;
  getMappedRange(offset?: number, size?: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

export interface GpuShaderModule {
  getCompilationInfo(): Promise<{
    readonly messages: readonly { readonly lineNum: number; readonly message: string }[];
  }>;
}

declare const opaque: unique symbol;
export type GpuBindGroupLayout = { readonly [opaque]?: 'bind group layout' };
export type GpuPipelineLayout = { readonly [opaque]?: 'pipeline layout' };
export type GpuPipeline = { readonly [opaque]?: 'pipeline' };
export type GpuBindGroup = { readonly [opaque]?: 'bind group' };
export type GpuCommandBuffer = { readonly [opaque]?: 'command buffer' };

export interface GpuComputePass {
  setPipeline(pipeline: GpuPipeline): void;
  setBindGroup(index: number, group: GpuBindGroup, dynamicOffsets?: readonly number[]): void;
  dispatchWorkgroups(x: number, y?: number, z?: number): void;
  end(): void;
}

export interface GpuCommandEncoder {
  beginComputePass(): GpuComputePass;
  clearBuffer(buffer: GpuBuffer, offset?: number, size?: number): void;
  copyBufferToBuffer(from: GpuBuffer, fromOffset: number, to: GpuBuffer, toOffset: number, size: number): void;
  finish(): GpuCommandBuffer;
}

export interface GpuQueue {
  submit(commands: readonly GpuCommandBuffer[]): void;
  writeBuffer(buffer: GpuBuffer, offset: number, data: Float32Array | Uint32Array): void;
  onSubmittedWorkDone(): Promise<void>;
}

/** Bits of a buffer's usage, of a binding's visibility and of a map's mode, as the standard numbers them. */
export const usage = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;
export const computeStage = 4;
export const readMode = 1;
