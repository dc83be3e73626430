/** WebGPU where an adapter is to be had, in software too; tests of it say that they are skipped where none is. */
import { describe } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { Gpu } from '../../src/engine/webgpu/gpu.js';
import { createWebGpuEngine, type WebGpuOptions } from '../../src/engine/webgpu/webgpu-engine.js';
import { findGpu } from '../../src/platform/find-gpu.js';

async function reasonAgainst(): Promise<string | null> {
  try {
    const engine = await openWebGpu();
    await engine.close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function openWebGpu(options: WebGpuOptions = {}): Promise<Engine> {
  return createWebGpuEngine((await findGpu()) as Gpu, { software: true, ...options });
}

/** Why it cannot be tested here; null where it can. */
export const webGpuReason = await reasonAgainst();

export const describeWebGpu = (title: string, body: () => void): void => {
  describe.skipIf(webGpuReason !== null)(webGpuReason === null ? title : `${title}: skipped, ${webGpuReason}`, body);
};
