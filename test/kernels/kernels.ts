import { setFlagsFromString } from 'node:v8';
import asc from 'assemblyscript/asc';

/** What assembly/kernels-test-entry.ts exports: addresses and counts are numbers. */
export type Kernels = Record<string, (...values: number[]) => number>;

export interface Instance {
  readonly kernels: Kernels;
  /** Reserves 16-byte aligned space for float32 values and returns its address. */
  readonly reserve: (count: number) => number;
  readonly floats: (address: number, count: number) => Float32Array;
  readonly words: (address: number, count: number) => Uint32Array;
}

const builds = { plain: ['simd', 'threads'], relaxed: ['simd', 'threads', 'relaxed-simd'] };
export type Build = keyof typeof builds;
export const buildNames: Build[] = ['plain', 'relaxed'];

/** Milliseconds a hook that compiles may take: seconds, but many on a busy machine. */
export const COMPILING = 120_000;

/** Compiles the kernels with the flags of scripts/build-wasm.mjs and instantiates them. */
export async function loadKernels(build: Build): Promise<Instance> {
  // Node 20 has relaxed SIMD behind this flag; later versions need and know it no more.
  if (process.version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true });
  const { instance } = await WebAssembly.instantiate(await compile(builds[build]), { env: { memory } });
  const kernels = instance.exports as Kernels;
  let free = (kernels.firstFreeAddress!() + 63) & ~63;
  return {
    kernels,
    reserve: (count) => {
      const address = free;
      free = (free + 4 * count + 63) & ~63;
      if (free > memory.buffer.byteLength) throw new RangeError('the test needs more memory');
      return address;
    },
    floats: (address, count) => new Float32Array(memory.buffer, address, count),
    words: (address, count) => new Uint32Array(memory.buffer, address, count),
  };
}

async function compile(features: string[]): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [
      'assembly/kernels-test-entry.ts',
      '--outFile=module.wasm',
      '-O3',
      '--noAssert',
      '--runtime=stub',
      '--importMemory',
      '--sharedMemory',
      '--initialMemory=1',
      '--maximumMemory=65536',
      '--memoryBase=1024',
      '--use=abort=',
      ...features.map((feature) => `--enable=${feature}`),
    ],
    {
      writeFile(_name: string, contents: string | Uint8Array) {
        if (typeof contents !== 'string') binary = Uint8Array.from(contents);
      },
    },
  );
  if (error || !binary) throw new Error(`the kernels do not compile: ${stderr}`);
  return binary;
}

/** The distance of two float32 values, or of a float32 and a float64, in units in the last place of float32. */
export function unitsInLastPlace(value: number, reference: number): number {
  const magnitude = Math.max(Math.abs(reference), 2 ** -126);
  return Math.abs(value - reference) / 2 ** (Math.floor(Math.log2(magnitude)) - 23);
}
