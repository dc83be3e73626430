/** What this runtime's WebAssembly can do, found by validating the smallest module that uses each feature. */

export interface WasmFeature {
  readonly name: string;
  readonly available: boolean;
  /** What its absence means; null where it is there. */
  readonly reason: string | null;
}

/** A module of one function of the given type (its bytes) and body, with a shared memory or none. */
function moduleOf(type: readonly number[], body: readonly number[], sharedMemory = false): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: readonly number[]) => [id, content.length, ...content];
  const functionBody = [0, ...body, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...type]),
    ...section(3, [1, 0]),
    ...(sharedMemory ? section(5, [1, 3, 1, 1]) : []),
    ...section(10, [1, functionBody.length, ...functionBody]),
  ]);
}

const v128Result = [0, 1, 0x7b];
/** i32.const 0, i8x16.splat */
const splat = [0x41, 0, 0xfd, 15];
const probes = [
  {
    name: 'SIMD',
    module: moduleOf(v128Result, [...splat, 0xfd, 98]),
    reason: 'the wasm engine needs it; use a newer runtime',
  },
  {
    name: 'relaxed multiply-add',
    module: moduleOf(v128Result, [...splat, ...splat, ...splat, 0xfd, 0x85, 0x02]),
    reason: 'the wasm engine runs at about half its speed; use Node 20 or later, through the noisy-rnn command',
  },
  {
    name: 'threads (shared memory)',
    // i32.const 0, i32.atomic.load, drop
    module: moduleOf([0, 0], [0x41, 0, 0xfe, 0x10, 2, 0, 0x1a], true),
    reason: 'the wasm engine needs it; use a newer runtime, and in a page cross-origin isolation',
  },
];

export function wasmFeatures(): WasmFeature[] {
  return probes.map(({ name, module, reason }) => {
    const available = WebAssembly.validate(module);
    return { name, available, reason: available ? null : reason };
  });
}
