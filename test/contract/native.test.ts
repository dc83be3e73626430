import { describeNative, nativeSets, openNative } from '../support/native.js';
import { contractSuite, sameBitsSuite } from './contract-suite.js';

describeNative('the contract', () => {
  for (const set of nativeSets.length > 0 ? nativeSets : ['none']) {
    const open = (threads: number) => openNative({ set, threads });
    contractSuite('native', () => open(2), 1e-4, set);
    sameBitsSuite('native', open, set);
  }
});
