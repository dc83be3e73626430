import { plain, relaxed } from './binary.generated.js';

/** The compiled kernels: with relaxed (fused) multiply-add where the runtime has it, plain SIMD elsewhere. */
export interface KernelModule {
  readonly module: WebAssembly.Module;
  readonly variant: 'relaxed' | 'plain';
  /** Identifies variant and code. */
  readonly build: string;
}

/** @throws Error where WebAssembly SIMD is missing. */
export async function loadModule(variant?: KernelModule['variant']): Promise<KernelModule> {
  const relaxedBytes = decode(relaxed);
  const chosen = variant ?? (WebAssembly.validate(relaxedBytes) ? 'relaxed' : 'plain');
  const bytes = chosen === 'relaxed' ? relaxedBytes : decode(plain);
  if (!WebAssembly.validate(bytes)) throw new Error(`this runtime cannot run the ${chosen} WebAssembly SIMD build`);
  return { module: await WebAssembly.compile(bytes), variant: chosen, build: `wasm-${chosen}-${hash(bytes)}` };
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** FNV-1a, 32 bits. */
function hash(bytes: Uint8Array): string {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, '0');
}
