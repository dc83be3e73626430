import { it } from 'vitest';
import { parseCell } from '../../cells/index.js';
import { createReferenceEngine } from '../../engine/reference/reference-engine.js';
import { buildModel, createObjective, initialise } from '../../model/index.js';
import { parseNoise } from '../../noise/index.js';
import { createGenerator } from '../../random/index.js';
import { solverNamed } from '../../solvers/index.js';
import { minimalNorm, projectedGradient } from './index.js';

it('x', async () => {
  for (const [steps, seed] of [
    [4, 8],
    [20, 9],
  ] as const) {
    const channels = 2;
    const layer = {
      cell: parseCell('elman'),
      units: 5,
      noise: parseNoise('none'),
      solver: solverNamed('euler'),
      step: { kind: 'fixed', delta: 1 } as const,
    };
    const model = buildModel({ layers: [layer], inputs: channels, outputs: 3, readout: 'last' });
    const parameters = initialise(model.parameters, 3);
    for (let i = 0; i < 15; i++) parameters['readout.weight']!.data[i]! *= 6;
    const target = {
      objective: createObjective(model, createReferenceEngine()),
      parameters,
      preprocessing: { mean: [1, -1], scale: [2, 0.5] },
    };
    const rows = 24;
    const generator = createGenerator(seed, 'attack test');
    const inputs = Float64Array.from({ length: rows * steps * channels }, () => generator.normal());
    const logits = await target.objective.logits(parameters, { rows, steps, inputs });
    const labels = Array.from({ length: rows }, (_, r) => {
      const o = logits.subarray(r * 3, r * 3 + 3);
      return o.indexOf(Math.max(...o));
    });
    const batch = { rows, steps, inputs, labels };
    const t0 = performance.now();
    const { norms } = await minimalNorm(target, batch);
    const t1 = performance.now();
    // best of many pgd
    const out = [];
    for (const share of [0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98]) {
      let broken = 0;
      for (let row = 0; row < rows; row++) {
        const one = {
          rows: 1,
          steps,
          inputs: inputs.slice(row * steps * 2, (row + 1) * steps * 2),
          labels: [labels[row]!],
        };
        const r = await projectedGradient(target, one, {
          radius: share * norms[row]!,
          norm: 'l2',
          steps: 100,
          restarts: 10,
          loss: 'margin',
        });
        broken += r.success[0]!;
      }
      out.push(`${share}:${broken}`);
    }
    console.log(steps, 'ms', (t1 - t0).toFixed(0), out.join(' '));
  }
});
