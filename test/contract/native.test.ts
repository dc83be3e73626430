import { describe, expect, it } from 'vitest';
import { describeNative, fusedSets, nativeSets, openNative } from '../support/native.js';
import { setupOf, titleOf } from '../support/setup.js';
import { gradients, verbs } from '../support/verbs.js';
import { large } from './cases.js';
import { contractSuite, sameBitsSuite } from './contract-suite.js';

describeNative('the contract', () => {
  for (const set of nativeSets) {
    const open = (threads: number) => openNative({ set, threads });
    contractSuite('native', () => open(2), 1e-4, set);
    sameBitsSuite('native', open, set);
  }

  describe('the same bits from every set with a fused multiply-add', () => {
    it.each(large.map((of) => [titleOf(of), of] as const))('%s', async (_, of) => {
      const engines = await Promise.all(fusedSets.map((set) => openNative({ set })));
      expect(new Set(engines.map(({ build }) => build)).size).toBeLessThanOrEqual(1);
      const setup = setupOf(of);
      for (const verb of [gradients, verbs.hessianVector!]) {
        const [first, ...others] = await Promise.all(engines.map((engine) => verb(engine, setup)));
        for (const other of others) expect(other).toEqual(first);
      }
      await Promise.all(engines.map((engine) => engine.close()));
    });
  });
});
