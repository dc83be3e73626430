/** Engines by name. */
import { InputError } from '../errors.js';
import { findGpu } from '../platform/find-gpu.js';
import type { Engine } from './engine.js';
import { type EngineName, type EngineRow, engineNamed, engines } from './engines.js';
import type { AdapterReport } from './webgpu/adapter.js';
import type { Gpu } from './webgpu/gpu.js';

export type EngineChoice = 'auto' | EngineName;

/** What this machine and runtime offer of one engine. */
export interface EngineAvailability {
  readonly name: EngineName;
  readonly available: boolean;
  readonly build: string | null;
  readonly precision: Engine['precision'] | null;
  /** Why it is not available; null where it is. */
  readonly reason: string | null;
}

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
    return await engineNamed(choice).open(threads, onNote);
  } catch (error) {
    throw new InputError(`engine ${choice} is not available: ${reasonOf(error)}; use another (--engine auto)`);
  }
}

async function openFastest(threads: number, onNote?: (message: string) => void): Promise<Engine> {
  let reason = '';
  for (const { automatic, open } of engines as readonly EngineRow[])
    if (automatic)
      try {
        return await open(threads);
      } catch (error) {
        reason = reasonOf(error);
      }
  onNote?.(`the WebAssembly engine is not available (${reason}); using the slower reference engine`);
  return engineNamed('reference').open(threads);
}

/** Tries every engine with this many threads. */
export async function engineReport(threads: number): Promise<EngineAvailability[]> {
  return Promise.all(
    engines.map(async ({ name, open }): Promise<EngineAvailability> => {
      try {
        const engine = await open(threads);
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
