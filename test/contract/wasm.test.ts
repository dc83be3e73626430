import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { contractSuite, sameBitsSuite } from './contract-suite.js';

contractSuite('wasm', () => createWasmEngine({ threads: 2 }), 1e-4);
sameBitsSuite('wasm', (threads) => createWasmEngine({ threads }));
