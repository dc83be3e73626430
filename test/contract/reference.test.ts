/**
 * The reference engine against an interpreter that shares nothing with it, and its functions against golden numbers: it cannot
 * be its own oracle. Its derivatives are compared with finite differences in finite-differences.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { type ElementwiseName, elementwise, elementwiseNames } from '../../src/graph/index.js';
import { contractSuite } from './contract-suite.js';
import { goldenNumbers } from './golden-numbers.js';
import { createOracle } from './oracle.js';

contractSuite('reference', async () => createReferenceEngine(), 1e-11, '', 'whole', createOracle());

describe('elementwise operations in float64', () => {
  it.each(elementwiseNames)('%s has its golden numbers', (name: ElementwiseName) => {
    const evaluate = elementwise[name].evaluate as (...args: number[]) => number;
    for (const [args, value] of goldenNumbers[name]) {
      expect(Math.abs(evaluate(...args) - value), `${name}(${args})`).toBeLessThanOrEqual(4e-16 * Math.abs(value));
      expect(Object.is(Math.sign(evaluate(...args)), Math.sign(value))).toBe(true);
    }
  });
});
