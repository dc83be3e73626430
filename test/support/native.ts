/** The native engine where it is built; tests of it say that they are skipped where it is not. */
import { describe } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { NativeBinding } from '../../src/engine/native/binding.js';
import { createNativeEngine, type NativeModule, type NativeOptions } from '../../src/engine/native/native-engine.js';
import { loadNativeAddon } from '../../src/platform/native-addon.js';

function load(): NativeModule | string {
  try {
    const { binding, digest } = loadNativeAddon();
    return { binding: binding as NativeBinding, digest };
  } catch (error) {
    return String(error);
  }
}

const loaded = load();

/** Sets of vector instructions that can be tested on this machine. */
export const nativeSets: readonly string[] =
  typeof loaded === 'string' ? [] : loaded.binding.sets().map(({ name }) => name);

/** Those of them that round a · b + c once. */
export const fusedSets: readonly string[] =
  typeof loaded === 'string'
    ? []
    : loaded.binding
        .sets()
        .filter(({ fused }) => fused)
        .map(({ name }) => name);

export function openNative(options: NativeOptions = {}): Promise<Engine> {
  if (typeof loaded === 'string') throw new Error(loaded);
  return createNativeEngine(loaded, options);
}

/** `describe` where the native engine is built; a skipped block that says why elsewhere. */
export function describeNative(title: string, body: () => void): void {
  if (typeof loaded === 'string') describe.skip(`${title}: skipped, ${loaded}`, body);
  else describe(title, body);
}
