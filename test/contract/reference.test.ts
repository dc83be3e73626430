import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { contractSuite } from './contract-suite.js';

contractSuite('reference', async () => createReferenceEngine(), 1e-12);
