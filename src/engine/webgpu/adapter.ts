/** What an adapter is, and whether it is one to use. */
import { InputError } from '../../errors.js';
import type { GpuAdapter, GpuLimits } from './gpu.js';
import { shaderDigest } from './shader/digest.js';

/** A WebGPU adapter of this machine. */
export interface AdapterReport {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Whether it computes on the processor; such an adapter is only used when it is asked for. */
  readonly software: boolean;
  readonly limits: Readonly<Record<keyof GpuLimits, number>>;
}

export function describeAdapter({ info, limits }: GpuAdapter): AdapterReport {
  const { vendor, architecture, description } = info;
  return {
    ...{ vendor, architecture, description, software: isSoftware(info) },
    limits: {
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    },
  };
}

/** @throws InputError if the adapter computes on the processor and that was not asked for. */
export function refuseSoftware({ info }: GpuAdapter, asked: boolean): void {
  if (isSoftware(info) && !asked)
    throw new InputError(
      `its only adapter computes on the processor (${info.description || info.vendor}), where the other engines are faster; ask for it with software: true`,
    );
}

export function isSoftware({ isFallbackAdapter, architecture, description }: GpuAdapter['info']): boolean {
  return isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|software/i.test(`${architecture} ${description}`);
}

/** Bits hold for a driver and a version of the shaders; a driver may compute a · b + c in one rounding or two. */
export function buildOf({ info }: GpuAdapter): string {
  const words = [info.vendor, info.architecture, info.description].map((word) =>
    word.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-'),
  );
  return ['webgpu-fused', ...words.filter((word) => word !== ''), shaderDigest()].join('-');
}
