import { InputError } from '../../errors.js';
import type { Engine } from '../engine.js';
import { compileTape, type Executor, usualBudget } from '../tape/compile.js';
import { takeTurns } from '../turns.js';
import { createEncoder } from '../words/encode.js';
import { type Arena, execute } from './execute.js';
import { type KernelModule, loadModule } from './module.js';
import { wasmTarget } from './target.js';
import { createThreadPool } from './thread-pool.js';

export interface WasmOptions {
  /** Threads to run on, this one included; 1 unless given. The results do not depend on it. */
  readonly threads?: number;
  /** Bytes that all threads together may store for the way back; beyond it scans are checkpointed. 1 GiB unless given. */
  readonly memoryBudget?: number;
  /** Choose the build rather than take the best that runs. */
  readonly variant?: KernelModule['variant'];
}

/** Pages of 64 KiB that a memory may grow to: all that 32-bit addresses reach, or less where that cannot be reserved. */
const pageLimits = [65536, 32768, 16384];

/**
 * The fast engine that runs everywhere: float32, SIMD, threads on shared memory. Node and browsers.
 * @throws Error where WebAssembly SIMD or shared memory is missing.
 */
export async function createWasmEngine(options: WasmOptions = {}): Promise<Engine> {
  const { module, build } = await loadModule(options.variant);
  const memory = reserveMemory();
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const exports = instance.exports as { run(job: number, worker: number): void; firstFreeAddress(): number };
  const pool = await createThreadPool(module, memory, exports.run, options.threads ?? 1);
  const arena: Arena = { memory, start: exports.firstFreeAddress(), pool };
  // One memory serves all kernels, so runs take turns.
  const inTurn = takeTurns();
  const wordsOf = createEncoder();
  const executor: Executor = {
    target: wasmTarget,
    budget: (options.memoryBudget ?? usualBudget) / pool.threads,
    workers: pool.threads,
    programBytes: (variant, placed) => wordsOf(variant, placed).words.byteLength,
    run: (variant, placed, inputs) => inTurn(() => execute(arena, variant, placed, wordsOf(variant, placed), inputs)),
  };
  return {
    name: 'wasm',
    precision: 'float32',
    threads: pool.threads,
    build,
    compile: (program, requests) => compileTape(program, requests, executor),
    close: () => inTurn(() => pool.close()),
  };
}

function reserveMemory(): WebAssembly.Memory {
  for (const maximum of pageLimits)
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared: true });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  throw new InputError('not even 1 GiB of address space could be reserved for the wasm engine; use --engine reference');
}
