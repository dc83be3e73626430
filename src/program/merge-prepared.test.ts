import { describe, expect, it } from 'vitest';
import { parseCell } from '../cells/index.js';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { buildModel } from '../model/index.js';
import { parseNoise } from '../noise/index.js';
import { solverNamed } from '../solvers/index.js';
import { adjointName, adjointProgram, hoist, mergePrepared, prune } from './index.js';

const layer = {
  cell: parseCell('noisy'),
  units: 4,
  noise: parseNoise('none'),
  solver: solverNamed('rk4'),
  step: { kind: 'fixed', delta: 0.1 },
} as const;
const model = buildModel({ layers: [layer], inputs: 2, outputs: 3, readout: 'last' });

describe('mergePrepared', () => {
  it('lets rk4, which traces the cell four times, prepare each matrix once', () => {
    const requests = { carries: ['logits'] };
    const program = hoist(prune(model.program({ noisy: false, loss: false }), requests));
    // S of A and S of W, for each of four stages.
    expect(Object.keys(program.prepare)).toHaveLength(8);
    expect(Object.keys(mergePrepared(program).prepare)).toHaveLength(2);
    expect(Object.keys(createReferenceEngine().compile(program, requests).program.prepare)).toHaveLength(2);
  });

  it('leaves to each its own cotangent, so that gradients keep the order of their sums', () => {
    const requests = { shared: ['M_A', 'M_W'].map(adjointName) };
    const program = hoist(prune(adjointProgram(model.program({ noisy: false, loss: true })), requests));
    const merged = mergePrepared(program);
    const sums = (of: typeof program) => of.phases.flatMap(({ accumulators }) => Object.keys(accumulators));
    expect(sums(merged)).toEqual(sums(program));
    expect(Object.keys(merged.prepare).length).toBeLessThan(Object.keys(program.prepare).length);
  });
});
