/** The native kernels. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { matmul } from '../../src/graph/index.js';
import { carry, phase, shared } from '../../src/program/index.js';
import { describeNative, nativeSets, openNative } from '../support/native.js';
import { kernelSuite } from './kernel-suite.js';

describeNative('native kernels', () => {
  describe.each(nativeSets.map((set) => [set]))('%s', (set) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await openNative({ set, threads: 2 });
    });
    afterAll(() => engine.close());

    kernelSuite(() => engine);

    it('does not block JavaScript', async () => {
      const h = carry('h', 96);
      const W = { shape: [96, 96], data: new Float64Array(96 * 96) };
      const steps = phase('steps', 'scan', { carries: { h: matmul(shared('W', [96, 96]), h) } });
      const kernel = engine.compile({ prepare: {}, phases: [steps], finish: {} }, { carries: ['h'] });
      let turns = 0;
      const timer = setInterval(() => {
        turns += 1;
      }, 1);
      await kernel.run({ rows: 64, steps: 2000, parameters: { W } });
      clearInterval(timer);
      expect(turns).toBeGreaterThan(0);
    });
  });
});
