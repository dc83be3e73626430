/** The engines, one row each, fastest first. Adding one is a folder and a row. */
import { findGpu } from '../platform/find-gpu.js';
import { loadNativeAddon, nativeChoice } from '../platform/native-addon.js';
import type { Engine } from './engine.js';
import type { NativeBinding } from './native/binding.js';
import { createReferenceEngine } from './reference/reference-engine.js';
import type { Gpu } from './webgpu/gpu.js';

export interface EngineRow {
  readonly name: string;
  readonly precision: Engine['precision'];
  /** Whether `auto` takes it where it is to be had. */
  readonly automatic: boolean;
  /**
   * Imports what the engine needs only when it is opened.
   * @param onNote told what the user should know: that an adapter computes in software, that a lost device was opened again.
   * @throws Error where it is not to be had, saying why.
   */
  readonly open: (threads: number, onNote?: (message: string) => void) => Promise<Engine>;
}

export const engines = [
  {
    name: 'native',
    precision: 'float32',
    automatic: true,
    open: async (threads) => {
      const { binding, digest } = loadNativeAddon();
      const { createNativeEngine } = await import('./native/native-engine.js');
      return createNativeEngine({ binding: binding as NativeBinding, digest }, { threads, set: nativeChoice() });
    },
  },
  {
    name: 'wasm',
    precision: 'float32',
    automatic: true,
    open: async (threads) => {
      const { createWasmEngine } = await import('./wasm/wasm-engine.js');
      return createWasmEngine({ threads });
    },
  },
  {
    name: 'webgpu',
    precision: 'float32',
    automatic: false,
    open: async (_threads: number, onNote?: (message: string) => void) => {
      const gpu = await findGpu();
      const { createWebGpuEngine } = await import('./webgpu/webgpu-engine.js');
      return createWebGpuEngine(gpu as Gpu, { software: true, ...(onNote && { onNote }) });
    },
  },
  // The last resort of `auto`, which says so: it can be had everywhere, and is slow.
  { name: 'reference', precision: 'float64', automatic: false, open: async () => createReferenceEngine() },
] as const satisfies readonly EngineRow[];

export type EngineName = (typeof engines)[number]['name'];

/** The name of an open engine, as a choice. */
export function nameOf({ name }: Pick<Engine, 'name'>): EngineName {
  const row = engines.find((own) => own.name === name);
  if (row === undefined) throw new Error(`there is no engine called ${name}`);
  return row.name;
}

/** The row of an engine. */
export function engineNamed(name: EngineName): EngineRow {
  return engines.find((engine) => engine.name === name)!;
}
