/** Engines by name. */
import { InputError } from '../errors.js';
import { findGpu } from '../platform/find-gpu.js';
import { loadNativeAddon, nativeChoice } from '../platform/native-addon.js';
import type { Engine } from './engine.js';
import type { NativeBinding } from './native/binding.js';
import { createReferenceEngine } from './reference/reference-engine.js';
import type { AdapterReport } from './webgpu/adapter.js';
import type { Gpu } from './webgpu/gpu.js';

export type EngineChoice = 'auto' | Engine['name'];

/** What this machine and runtime offer of one engine. */
export interface EngineAvailability {
  readonly name: Engine['name'];
  readonly available: boolean;
  readonly build: string | null;
  readonly precision: Engine['precision'] | null;
  /** Why it is not available; null where it is. */
  readonly reason: string | null;
}

/** `auto` tries the first two in this order and ends with the last, which is always to be had. */
const openers: {
  readonly [N in Engine['name']]: (threads: number, onNote?: (message: string) => void) => Promise<Engine>;
} = {
  native: openNative,
  wasm: openWasm,
  webgpu: openWebGpu,
  reference: async () => createReferenceEngine(),
};

/**
 * Opens an engine; close it when done with it.
 * @param choice `auto` is the fastest that is to be had: native, else WebAssembly, else the reference engine.
 * @param onNote told why `auto` had to fall back on the reference engine, that an adapter computes in software, that a lost device was opened again.
 * @throws InputError if an engine was asked for by name and cannot be had.
 */
export async function openEngine(
  choice: EngineChoice,
  threads: number,
  onNote?: (message: string) => void,
): Promise<Engine> {
  if (choice === 'auto') return openFastest(threads, onNote);
  try {
    return await openers[choice](threads, onNote);
  } catch (error) {
    throw new InputError(`engine ${choice} is not available: ${reasonOf(error)}; use another (--engine auto)`);
  }
}

async function openFastest(threads: number, onNote?: (message: string) => void): Promise<Engine> {
  let reason = '';
  for (const name of ['native', 'wasm'] as const)
    try {
      return await openers[name](threads);
    } catch (error) {
      reason = reasonOf(error);
    }
  onNote?.(`the WebAssembly engine is not available (${reason}); using the slower reference engine`);
  return openers.reference(threads);
}

/** Tries every engine with this many threads. */
export async function engineReport(threads: number): Promise<EngineAvailability[]> {
  return Promise.all(
    (Object.keys(openers) as Engine['name'][]).map(async (name): Promise<EngineAvailability> => {
      try {
        const engine = await openers[name](threads);
        const { build, precision } = engine;
        await engine.close();
        return { name, available: true, build, precision, reason: null };
      } catch (error) {
        return { name, available: false, build: null, precision: null, reason: reasonOf(error) };
      }
    }),
  );
}

/** The adapters that WebGPU offers here, the fast one first; none where there is no WebGPU. */
export async function gpuAdapters(): Promise<AdapterReport[]> {
  let gpu: Gpu;
  try {
    gpu = (await findGpu()) as Gpu;
  } catch {
    return [];
  }
  const { describeAdapter } = await import('./webgpu/adapter.js');
  const found = await Promise.all(
    (['high-performance', 'low-power'] as const).map((powerPreference) => gpu.requestAdapter({ powerPreference })),
  );
  const reports = found.flatMap((adapter) => (adapter === null ? [] : [describeAdapter(adapter)]));
  return reports.filter(
    (one, at) => reports.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === at,
  );
}

async function openNative(threads: number): Promise<Engine> {
  const { binding, digest } = loadNativeAddon();
  const { createNativeEngine } = await import('./native/native-engine.js');
  return createNativeEngine({ binding: binding as NativeBinding, digest }, { threads, set: nativeChoice() });
}

async function openWasm(threads: number): Promise<Engine> {
  const { createWasmEngine } = await import('./wasm/wasm-engine.js');
  return createWasmEngine({ threads });
}

async function openWebGpu(_threads: number, onNote?: (message: string) => void): Promise<Engine> {
  const gpu = await findGpu();
  const { createWebGpuEngine } = await import('./webgpu/webgpu-engine.js');
  return createWebGpuEngine(gpu as Gpu, { software: true, ...(onNote && { onNote }) });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
