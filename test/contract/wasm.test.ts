import { existsSync } from 'node:fs';
import { it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { contractSuite, sameBitsSuite } from './contract-suite.js';

interface WasmModule {
  readonly createWasmEngine: (options: { readonly threads: number }) => Promise<Engine> | Engine;
}

const module = new URL('../../src/engine/wasm/wasm-engine.ts', import.meta.url);

if (existsSync(module)) {
  const open = async (threads: number): Promise<Engine> => {
    const loaded: WasmModule = await import(module.href);
    return loaded.createWasmEngine({ threads });
  };
  contractSuite('wasm', () => open(2), 1e-4);
  sameBitsSuite('wasm', open);
} else {
  console.log('skipped: this checkout has no wasm engine');
  it.skip('engine wasm', () => {});
}
