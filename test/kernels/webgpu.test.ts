/** The shaders' functions, draws, products and sums over rows. */
import { afterAll, beforeAll } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { describeWebGpu, openWebGpu } from '../support/webgpu.js';
import { kernelSuite } from './kernel-suite.js';

describeWebGpu('webgpu kernels', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openWebGpu();
  });
  afterAll(() => engine.close());

  kernelSuite(() => engine, { denormals: false, angleDecades: 4 });
});
