/**
 * The contract on WebGPU: in brief, since software adapters take a tenth of a second to compile each of thousands of shaders; whole with
 * NOISY_RNN_CONTRACT=whole, as scripts/test-webgpu.mjs runs it.
 */
import { describeWebGpu, openWebGpu } from '../support/webgpu.js';
import { contractSuite } from './contract-suite.js';

const extent = process.env.NOISY_RNN_CONTRACT === 'whole' ? 'whole' : 'brief';

describeWebGpu('the contract', () => {
  contractSuite('webgpu', () => openWebGpu(), 1e-4, extent, extent);
});
