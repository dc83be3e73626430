import { InputError } from '../../errors.js';
import type { Engine } from '../engine.js';
import { compileTape, type Executor, usualBudget } from '../tape/compile.js';
import { takeTurns } from '../turns.js';
import { createEncoder } from '../words/encode.js';
import { formatVersion } from '../words/format.js';
import type { NativeBinding, NativeSet } from './binding.js';
import { type Arena, execute } from './execute.js';
import { nativeTarget } from './target.js';

/** A loaded module of native/, and what identifies it. */
export interface NativeModule {
  readonly binding: NativeBinding;
  /** A digest of its code. */
  readonly digest: string;
}

export interface NativeOptions {
  /** Threads to run on; 1 unless given. The results do not depend on it. */
  readonly threads?: number;
  /** Bytes that all threads together may store for the way back; beyond it scans are checkpointed. 1 GiB unless given. */
  readonly memoryBudget?: number;
  /** Vector instructions by name, rather than the best that this processor can run. */
  readonly set?: string | undefined;
}

/**
 * The engine in C++: float32, the processor's vector instructions, threads of its own. Node only.
 * @throws InputError if the set of vector instructions cannot be had. @throws Error if the module is another version's.
 */
export async function createNativeEngine(module: NativeModule, options: NativeOptions = {}): Promise<Engine> {
  const { binding, digest } = module;
  if (binding.tapeVersion !== formatVersion)
    throw new Error(
      `it runs version ${binding.tapeVersion} of the tape, this package writes version ${formatVersion}; build it again`,
    );
  const set = chooseSet(binding.sets(), options.set);
  const handle = binding.open(set.name, options.threads ?? 1);
  const threads = binding.threads(handle);
  const arena: Arena = { binding, handle, memory: null };
  // One memory serves all kernels, so runs take turns.
  const inTurn = takeTurns();
  const wordsOf = createEncoder();
  const executor: Executor = {
    target: nativeTarget(set),
    budget: (options.memoryBudget ?? usualBudget) / threads,
    workers: threads,
    programBytes: (variant, placed) => wordsOf(variant, placed).words.byteLength,
    run: (variant, placed, inputs) => inTurn(() => execute(arena, variant, placed, wordsOf(variant, placed), inputs)),
  };
  return {
    name: 'native',
    precision: 'float32',
    threads,
    build: `native-${set.fused ? 'fused' : set.name}-${digest}`,
    compile: (program, requests) => compileTape(program, requests, executor),
    close: () =>
      inTurn(async () => {
        binding.close(handle);
        arena.memory = null;
      }),
  };
}

function chooseSet(sets: readonly NativeSet[], name: string | undefined): NativeSet {
  const found = name === undefined ? sets[0] : sets.find((set) => set.name === name);
  if (found === undefined)
    throw new InputError(
      `this processor or build has no ${name} kernels; there are ${sets.map((set) => set.name).join(', ')}`,
    );
  return found;
}
