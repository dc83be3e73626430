/** Engines by name. */
import { InputError } from '../errors.js';
import type { Engine } from './engine.js';
import { createReferenceEngine } from './reference/reference-engine.js';

export type EngineChoice = 'auto' | 'wasm' | 'reference';

/** What this machine and runtime offer of one engine. */
export interface EngineAvailability {
  readonly name: Engine['name'];
  readonly available: boolean;
  readonly build: string | null;
  readonly precision: Engine['precision'] | null;
  /** Why it is not available; null where it is. */
  readonly reason: string | null;
}

/**
 * Opens an engine; close it when done with it.
 * @param choice `auto` is WebAssembly, or the reference engine where that is not to be had.
 * @param onFallback told why `auto` had to fall back.
 * @throws InputError if `wasm` was asked for by name and cannot be had.
 */
export async function openEngine(
  choice: EngineChoice,
  threads: number,
  onFallback?: (reason: string) => void,
): Promise<Engine> {
  if (choice === 'reference') return createReferenceEngine();
  try {
    return await openWasm(threads);
  } catch (error) {
    if (choice === 'wasm')
      throw new InputError(`engine wasm is not available: ${reasonOf(error)}; use another (--engine reference)`);
    onFallback?.(reasonOf(error));
    return createReferenceEngine();
  }
}

/** Tries every engine with this many threads. */
export async function engineReport(threads: number): Promise<EngineAvailability[]> {
  return Promise.all(
    (['wasm', 'reference'] as const).map(async (name): Promise<EngineAvailability> => {
      try {
        const engine = await openEngine(name, threads);
        const { build, precision } = engine;
        await engine.close();
        return { name, available: true, build, precision, reason: null };
      } catch (error) {
        return { name, available: false, build: null, precision: null, reason: reasonOf(error) };
      }
    }),
  );
}

async function openWasm(threads: number): Promise<Engine> {
  const { createWasmEngine } = await import('./wasm/wasm-engine.js');
  return createWasmEngine({ threads });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
