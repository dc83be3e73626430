/** Attacks on a network whose logits are linear in the sequence, against closed forms. */
import { describe, expect, it } from 'vitest';
import { batchOf, changeOf, channels, preprocessing, single, steps, targetOf } from '../../../test/support/attacked.js';
import { createWasmEngine } from '../../engine/wasm/wasm-engine.js';
import {
  type AttackTarget,
  fastGradient,
  type LabelledBatch,
  minimalNorm,
  projectedGradient,
  randomSearch,
} from './index.js';

/** Gradient of z_j − z_y with respect to one raw entry of each channel (all steps alike), and z_y − z_j, by row. */
async function closedForm(target: AttackTarget, batch: LabelledBatch) {
  const { U, 'readout.weight': V } = target.parameters;
  const classes = target.objective.model.spec.outputs;
  const logits = await target.objective.logits(target.parameters, batch);
  const toward = (y: number, j: number) =>
    Array.from({ length: channels }, (_, c) => {
      let slope = 0;
      for (let unit = 0; unit < 5; unit++)
        slope += (V!.data[j * 5 + unit]! - V!.data[y * 5 + unit]!) * U!.data[unit * channels + c]!;
      return slope / preprocessing.scale[c]!;
    });
  return Array.from({ length: batch.rows }, (_, row) => {
    const y = batch.labels[row]!;
    const rivals = Array.from({ length: classes }, (_, j) => j).filter((j) => j !== y);
    return rivals.map((j) => {
      const slope = toward(y, j);
      const gap = logits[row * classes + y]! - logits[row * classes + j]!;
      return {
        slope,
        l2: gap / (Math.sqrt(steps) * Math.hypot(...slope)),
        linf: gap / (steps * slope.reduce((total, value) => total + Math.abs(value), 0)),
      };
    });
  });
}

describe('a linear network', () => {
  it.each(['l2', 'linf'] as const)('minimalNorm finds the margin of the closed form: %s', async (norm) => {
    const target = targetOf();
    const batch = await batchOf(target, 12);
    const exact = await closedForm(target, batch);
    const { norms, success, inputs } = await minimalNorm(target, batch, { norm, tolerance: 1e-9 });
    expect([...success].every((one) => one === 1)).toBe(true);
    expect(norms[0]).toBe(0);
    const change = changeOf(inputs, batch);
    for (let row = 1; row < 12; row++) {
      const margin = Math.min(...exact[row]!.map((rival) => rival[norm]));
      expect(Math.abs(norms[row]! / margin - 1)).toBeLessThan(1e-6);
      const own = change.subarray(row * 8, (row + 1) * 8);
      const size = norm === 'l2' ? Math.hypot(...own) : Math.max(...own.map(Math.abs));
      expect(size).toBeCloseTo(norms[row]!, 10);
    }
  });

  it('fastGradient is the worst change of its radius: r sign(w), r w/‖w‖', async () => {
    const target = targetOf({ classes: 2 });
    const batch = await batchOf(target, 6);
    const exact = await closedForm(target, batch);
    const sign = changeOf((await fastGradient(target, batch, { radius: 0.1 })).inputs, batch);
    const along = changeOf((await fastGradient(target, batch, { radius: 0.1, norm: 'l2' })).inputs, batch);
    for (const i of sign.keys()) {
      const row = Math.floor(i / 8);
      const { slope } = exact[row]![0]!;
      const worst = slope[i % channels]!;
      expect(sign[i]!).toBeCloseTo(row === 0 ? 0 : 0.1 * Math.sign(worst), 12);
      expect(along[i]!).toBeCloseTo(row === 0 ? 0 : (0.1 * worst) / (Math.sqrt(steps) * Math.hypot(...slope)), 12);
    }
  });

  it.each(['l2', 'linf'] as const)('attacks succeed just beyond the margin, and never before: %s', async (norm) => {
    const target = targetOf({ classes: 2 });
    const batch = await batchOf(target, 8);
    const exact = await closedForm(target, batch);
    for (let row = 1; row < 8; row++) {
      const margin = exact[row]![0]![norm];
      const one = single(batch, row);
      for (const attack of [fastGradient, projectedGradient]) {
        expect((await attack(target, one, { radius: 1.0001 * margin, norm })).success[0]).toBe(1);
        expect((await attack(target, one, { radius: 0.9999 * margin, norm })).success[0]).toBe(0);
      }
      expect((await randomSearch(target, one, { radius: 0.9999 * margin, norm })).success[0]).toBe(0);
      expect((await randomSearch(target, one, { radius: 2.5 * margin, norm, queries: 400 })).success[0]).toBe(1);
    }
  });

  it('a saturated loss in float32 has the same worst change', async () => {
    const engine = await createWasmEngine({ threads: 1 });
    const batch = await batchOf(targetOf({ classes: 2 }), 6);
    const plain = await fastGradient(targetOf({ classes: 2 }), batch, { radius: 0.1 });
    const confident = targetOf({ classes: 2, weights: 300, engine });
    const labels = (await batchOf(confident, 6)).labels;
    const { inputs } = await fastGradient(confident, { ...batch, labels }, { radius: 0.1 });
    await engine.close();
    // The readout's bias weighs less than before, which may change an answer but not a direction.
    for (let row = 1; row < 6; row++)
      if (labels[row] === batch.labels[row])
        expect(inputs.slice(row * 8, (row + 1) * 8)).toEqual(plain.inputs.slice(row * 8, (row + 1) * 8));
    expect(Array.from(labels).filter((label, row) => label === batch.labels[row]).length).toBeGreaterThan(4);
  });
});
