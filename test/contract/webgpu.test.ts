import { describeWebGpu, openWebGpu } from '../support/webgpu.js';
import { contractSuite } from './contract-suite.js';

describeWebGpu('the contract', () => {
  contractSuite('webgpu', () => openWebGpu(), 1e-4);
});
