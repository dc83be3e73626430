/**
 * Switches of V8 that the WebAssembly kernels need for their full speed. They hold for the whole process and only for
 * modules compiled afterwards: the command line sets them first of all; a program that uses the library opts in.
 */
import { setFlagsFromString } from 'node:v8';

/** Fused multiply-add (Node 20 has it behind a switch), and no loop unrolling, which makes the kernels spill registers. */
export function setKernelFlags(): void {
  // V8 prints a complaint, and goes on, where a later version no longer has a switch.
  if (Number(process.versions.node.split('.')[0]) < 21) setFlagsFromString('--experimental-wasm-relaxed-simd');
  setFlagsFromString('--no-wasm-loop-unrolling');
}
