import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { setKernelFlags } from '../../src/platform/node-v8.js';
import { contractSuite, sameBitsSuite } from './contract-suite.js';

// Without it Node 20 has no relaxed multiply-add, and only the plain build would be tested.
setKernelFlags();

for (const variant of ['relaxed', 'plain'] as const) {
  const open = (threads: number) => createWasmEngine({ threads, variant });
  contractSuite('wasm', () => open(2), 1e-4, variant);
  sameBitsSuite('wasm', open, variant);
}
