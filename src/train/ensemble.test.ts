import { describe, expect, it } from 'vitest';
import { setupOf } from '../../test/support/setup.js';
import type { Preprocessing, SequenceTable } from '../data/index.js';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { createObjective } from '../model/index.js';
import { deriveKey } from '../random/index.js';
import { evaluateEnsemble, predictEnsemble, summarise } from './ensemble.js';

describe('what draws say of a row', () => {
  it('is all disagreement where each is certain of another class, and none where they agree', () => {
    const apart = summarise([
      [1, 0],
      [0, 1],
    ]);
    expect(apart).toMatchObject({ mean: [0.5, 0.5], deviation: [Math.SQRT1_2, Math.SQRT1_2] });
    expect(apart.entropy).toBeCloseTo(Math.LN2, 15);
    expect(apart.mutualInformation).toBeCloseTo(Math.LN2, 15);
    const alike = summarise([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expect(alike.entropy).toBeCloseTo(Math.LN2, 15);
    expect(alike).toMatchObject({ deviation: [0, 0], mutualInformation: 0 });
  });
});

describe('an ensemble over noise', () => {
  const of = (noise: string) => {
    const { model, parameters, batch } = setupOf({ cell: 'noisy', noise, solver: 'euler', rows: 6 });
    const preprocessing: Preprocessing = {
      ...{ normalisation: 'none' as const, steps: 4, channels: 2, mean: [0, 0], scale: [1, 1] },
      ...{ classes: ['a', 'b', 'c'], minimum: 0, maximum: 1 },
    };
    const table: SequenceTable = {
      ...{ name: 'test', rows: 6, steps: 4, channels: 2 },
      values: Float32Array.from(batch.inputs),
      labels: Array.from(batch.labels!, (label) => preprocessing.classes[label]!),
    };
    return { run: { objective: createObjective(model, createReferenceEngine()), parameters, preprocessing }, table };
  };
  const { run, table } = of('sde:add=0.5,mult=0.5');

  it('is the mean of predictions along its paths, the same for the same seed', async () => {
    const found = await predictEnsemble(run, table, { draws: 3, seed: 7 });
    const values = Float32Array.from(table.values);
    const samples = Uint32Array.of(0, 1, 2, 3, 4, 5);
    const mean = new Float64Array(18);
    for (let draw = 0; draw < 3; draw++) {
      const noise = { key: deriveKey(7, 'ensemble', draw), samples };
      const logits = await run.objective.logits(run.parameters, { rows: 6, steps: 4, inputs: values }, noise);
      for (let row = 0; row < 6; row++) {
        const weights = Array.from(logits.slice(row * 3, row * 3 + 3), Math.exp);
        const total = weights.reduce((a, b) => a + b, 0);
        for (const [k, weight] of weights.entries()) mean[row * 3 + k]! += weight / total / 3;
      }
    }
    for (const [i, p] of found.probabilities.flat().entries()) expect(p).toBeCloseTo(mean[i]!, 14);
    expect(await predictEnsemble(run, table, { draws: 3, seed: 7 })).toEqual(found);
    expect((await predictEnsemble(run, table, { draws: 3, seed: 8 })).probabilities).not.toEqual(found.probabilities);
    for (const [row, information] of found.mutualInformation.entries()) {
      expect(information).toBeGreaterThan(0);
      expect(information).toBeLessThan(found.entropy[row]!);
    }
  });

  it('is scored as its mean is, no worse in loss than its members on average', async () => {
    const predicted = await predictEnsemble(run, table, { draws: 8 });
    const scored = await evaluateEnsemble(run, table, { draws: 8 });
    const right = predicted.labels.filter((label, row) => label === table.labels![row]).length;
    expect(scored.accuracy).toBe(right / 6);
    const members = [];
    for (let draw = 0; draw < 8; draw++) {
      const noise = { key: deriveKey(1, 'ensemble', draw), samples: Uint32Array.of(0, 1, 2, 3, 4, 5) };
      const labels = table.labels!.map((label) => run.preprocessing.classes.indexOf(String(label)));
      const inputs = Float32Array.from(table.values);
      members.push((await run.objective.loss(run.parameters, { rows: 6, steps: 4, inputs, labels }, noise)).loss);
    }
    // Jensen's inequality: −log is convex.
    expect(scored.loss).toBeLessThan(members.reduce((a, b) => a + b, 0) / 8);
  });

  it('is refused without noise, and with one draw', async () => {
    const silent = of('none');
    await expect(predictEnsemble(silent.run, table, { draws: 4 })).rejects.toThrow('trained without noise');
    await expect(predictEnsemble(run, table, { draws: 1 })).rejects.toThrow('draws: got 1, expected');
  });
});
