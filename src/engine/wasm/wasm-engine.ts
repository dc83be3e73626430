import { InputError } from '../../errors.js';
import { hoist, type Program, prune, type Requests } from '../../program/index.js';
import { checkInputs, signatureOf } from '../check-inputs.js';
import type { Engine, Kernel, RunInputs, RunOutputs } from '../engine.js';
import { layOutShared } from './constants.js';
import { type Encoded, encode } from './encode.js';
import { type Arena, execute } from './execute.js';
import { lower, maskSums, rowMask } from './lower.js';
import { type KernelModule, loadModule } from './module.js';
import { createThreadPool } from './thread-pool.js';
import type { Variant } from './variant.js';

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
 * The fast engine: float32, SIMD, threads on shared memory. Node and browsers.
 * @throws Error where WebAssembly SIMD or shared memory is missing.
 */
export async function createWasmEngine(options: WasmOptions = {}): Promise<Engine> {
  const { module, build } = await loadModule(options.variant);
  const memory = reserveMemory();
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const exports = instance.exports as { run(job: number, worker: number): void; firstFreeAddress(): number };
  const pool = await createThreadPool(module, memory, exports.run, options.threads ?? 1);
  const arena: Arena = { memory, start: exports.firstFreeAddress(), pool };
  const budget = (options.memoryBudget ?? usualBudget) / pool.threads;
  // One memory serves all kernels, so runs take turns.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  return {
    name: 'wasm',
    precision: 'float32',
    threads: pool.threads,
    build,
    compile: (program, requests) => compile(program, requests, budget, (work) => inTurn(() => work(arena))),
    close: () => inTurn(() => pool.close()),
  };
}

type WithArena = (work: (arena: Arena) => Promise<RunOutputs>) => Promise<RunOutputs>;

function compile(whole: Program, requests: Requests, budget: number, withArena: WithArena): Kernel {
  const program = hoist(prune(whole, requests));
  const signature = signatureOf(program);
  const variants = new Map<boolean, Variant>();
  const variantFor = (padded: boolean): Variant => {
    let variant = variants.get(padded);
    if (variant === undefined) {
      const own = padded ? maskSums(program) : program;
      const tape = lower(own);
      variant = {
        program: own,
        signature: signatureOf(own),
        requests,
        tape,
        shared: layOutShared(tape),
        encoded: new Map(),
      };
      variants.set(padded, variant);
    }
    return variant;
  };
  return {
    program,
    run: async (inputs) => {
      checkInputs(inputs, signature);
      const variant = variantFor(inputs.rows % 8 !== 0);
      return withArena((arena) => execute(arena, variant, encodedFor(variant, inputs, budget), inputs));
    },
  };
}

const usualBudget = 2 ** 30;

/** Sizes of batch whose encoding is kept. */
const keptShapes = 8;

function encodedFor(variant: Variant, { rows, steps, carries = {} }: RunInputs, budget: number): Encoded {
  const given = Object.keys(carries)
    .filter((name) => variant.signature.carries.has(name))
    .concat(variant.signature.carries.has(rowMask) ? [rowMask] : [])
    .sort();
  const key = `${rows} ${steps} ${given}`;
  let encoded = variant.encoded.get(key);
  if (encoded === undefined) {
    if (variant.encoded.size >= keptShapes) variant.encoded.clear();
    encoded = encode(variant.tape, variant.signature, variant.requests, variant.shared, { rows, steps, given }, budget);
    variant.encoded.set(key, encoded);
  }
  return encoded;
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
