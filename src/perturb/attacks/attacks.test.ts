import { describe, expect, it } from 'vitest';
import {
  batchOf,
  changeOf,
  channels,
  preprocessing,
  shareRight,
  single,
  steps,
  targetOf,
} from '../../../test/support/attacked.js';
import { relativeError } from '../../../test/support/numbers.js';
import { parseCell } from '../../cells/index.js';
import { clearBeyondEnds } from '../../data/index.js';
import { InputError } from '../../errors.js';
import { buildModel, createObjective, parseLoss } from '../../model/index.js';
import { findPerturbation } from '../index.js';
import {
  attackDataset,
  attacks,
  fastGradient,
  findAttack,
  minimalNorm,
  parseAttack,
  projectedGradient,
  randomSearch,
} from './index.js';

describe('a nonlinear network', () => {
  const target = targetOf({ cell: parseCell('elman'), weights: 6 });

  it('accuracy at one l∞ radius: pgd ≤ fgsm ≤ random signs ≤ clean; pgd ≤ random search', async () => {
    const batch = await batchOf(target, 150);
    for (const radius of [0.1, 0.3]) {
      const at = async (kind: string) => (await findAttack(kind).run(target, batch, radius, {})).success;
      const [fgsm, pgd, search] = [await at('fgsm'), await at('pgd'), await at('random-search')];
      // Where fgsm succeeds pgd does: its first point is the same.
      expect(fgsm.every((one, row) => one <= pgd[row]!)).toBe(true);
      expect(shareRight(pgd)).toBeLessThanOrEqual(shareRight(search));
      const values = Float32Array.from(batch.inputs, (value, i) => value * preprocessing.scale[i % channels]!);
      const table = { name: 't', rows: 150, steps, channels, values, labels: null };
      const { values: moved } = findPerturbation('sign').apply(table, radius, 1, { minimum: 0, maximum: 1 });
      const signs = await fastGradient(
        target,
        { ...batch, inputs: moved.map((value, i) => value / preprocessing.scale[i % channels]!) },
        { radius: 0 },
      );
      expect(shareRight(fgsm)).toBeLessThan(shareRight(signs.success));
      expect(shareRight(signs.success)).toBeLessThanOrEqual(149 / 150);
    }
  });

  it.each([...attacks.values()])('$kind stays within its radius, and says what it did', async ({ kind, run }) => {
    const batch = await batchOf(target, 20);
    const { inputs, success, norms } = await run(target, batch, 0.2, { seed: 4 });
    const change = changeOf(inputs, batch);
    const logits = await target.objective.logits(target.parameters, { rows: 20, steps, inputs });
    for (let row = 0; row < 20; row++) {
      const own = change.subarray(row * 8, (row + 1) * 8);
      const size = kind.endsWith('l2') ? Math.hypot(...own) : Math.max(...own.map(Math.abs));
      expect(size).toBeCloseTo(norms[row]!, 12);
      expect(size).toBeLessThanOrEqual(0.2 + 1e-12);
      const scores = logits.subarray(row * 3, (row + 1) * 3);
      expect(success[row]).toBe(scores.indexOf(Math.max(...scores)) === batch.labels[row] ? 0 : 1);
    }
    expect(norms[0]).toBe(0);
    expect(await run(target, batch, 0.2, { seed: 4 })).toEqual({ inputs, success, norms });
    const none = await run(target, batch, 0, {});
    expect(none.inputs).toEqual(batch.inputs);
    expect([...none.success]).toEqual([1, ...new Array<number>(19).fill(0)]);
  });

  it('minimalNorm fools every row, by a change that projected gradients cannot make a tenth smaller', async () => {
    const batch = await batchOf(target, 10);
    const { norms, success, inputs } = await minimalNorm(target, batch);
    expect([...success].every((one) => one === 1)).toBe(true);
    const logits = await target.objective.logits(target.parameters, { rows: 10, steps, inputs });
    for (let row = 1; row < 10; row++) {
      const scores = logits.subarray(row * 3, (row + 1) * 3);
      expect(scores.indexOf(Math.max(...scores))).not.toBe(batch.labels[row]);
      const radius = 0.9 * norms[row]!;
      const smaller = await projectedGradient(target, single(batch, row), { radius, norm: 'l2', steps: 40 });
      expect(smaller.success[0]).toBe(0);
    }
  });

  it('keeps to a range of raw values, moving what lies outside no farther out', async () => {
    const batch = await batchOf(target, 20);
    const ranged = { ...target, range: { minimum: 0.5, maximum: 1.5 } };
    const raw = (inputs: ArrayLike<number>, i: number) =>
      inputs[i]! * preprocessing.scale[i % channels]! + preprocessing.mean[i % channels]!;
    for (const { run } of attacks.values()) {
      const { inputs } = await run(ranged, batch, 1, {});
      for (const i of inputs.keys()) {
        const before = raw(batch.inputs, i);
        expect(raw(inputs, i)).toBeGreaterThanOrEqual(Math.min(0.5, before) - 1e-12);
        expect(raw(inputs, i)).toBeLessThanOrEqual(Math.max(1.5, before) + 1e-12);
      }
    }
  });

  it('does to a row of a data set what it does to it alone', async () => {
    const { inputs, labels, rows } = await batchOf(target, 9);
    const data = {
      name: 'd',
      rows,
      steps,
      channels,
      inputs: Float32Array.from(inputs),
      labels: Int32Array.from(labels),
      lengths: null,
      targets: null,
      stepLabels: null,
      groups: null,
    };
    const pgd = findAttack('pgd').run;
    const attack = (rowsAtOnce: number) =>
      attackDataset(target, data, (of, batch, settings) => pgd(of, batch, 0.2, settings), { seed: 2, rowsAtOnce });
    const whole = await attack(100);
    expect(await attack(2)).toEqual(whole);
    expect(whole.accuracy).toBe(whole.correct.reduce((sum, one) => sum + one, 0) / rows);
    expect((await attackDataset(target, data, minimalNorm)).accuracy).toBe(0);
    await expect(attackDataset(target, { ...data, labels: null }, minimalNorm)).rejects.toThrow(/d: has no labels/);
  });
});

describe('what a network can be', () => {
  it('noisy: judged and differentiated in expectation over fixed draws', async () => {
    const quiet = targetOf({ cell: parseCell('noisy'), noise: 'sde:add=1.5', weights: 6 });
    const batch = await batchOf(quiet, 30);
    const noisy = { ...quiet, noise: { seed: 5, draws: 8 } };
    const found = await projectedGradient(noisy, batch, { radius: 0.1, steps: 5 });
    expect(await projectedGradient(noisy, batch, { radius: 0.1, steps: 5 })).toEqual(found);
    expect(found).not.toEqual(await projectedGradient(quiet, batch, { radius: 0.1, steps: 5 }));
    const samples = Uint32Array.of(7);
    const alone = await projectedGradient(noisy, single(batch, 7), { radius: 0.1, steps: 5, samples });
    expect(alone.inputs).toEqual(found.inputs.slice(56, 64));
  });

  it('read on every step, with rows of different lengths: the rest of a row is left alone', async () => {
    const target = targetOf({ cell: parseCell('gru'), readout: 'every', weights: 6 });
    const batch = { ...(await batchOf(target, 6)), lengths: [4, 2, 3, 4, 1, 2] };
    for (const { inputs, success } of [
      await projectedGradient(target, batch, { radius: 1, restarts: 1 }),
      await projectedGradient(target, batch, { radius: 1, norm: 'l2', restarts: 3 }),
      await randomSearch(target, batch, { radius: 1, queries: 20 }),
    ]) {
      const change = changeOf(inputs, batch);
      for (const [row, length] of batch.lengths.entries())
        expect(change.subarray(row * 8 + length * channels, (row + 1) * 8).every((value) => value === 0)).toBe(true);
      expect(shareRight(success)).toBeLessThan(1);
    }
  });

  it('read on data of different lengths: a row is attacked as it is alone', async () => {
    const target = targetOf({ cell: parseCell('gru'), weights: 6 });
    const { inputs, labels, rows } = await batchOf(target, 6);
    const lengths = Uint32Array.of(4, 2, 3, 4, 1, 2);
    const padded = Float32Array.from(inputs);
    clearBeyondEnds(padded, channels, { rows, steps, lengths });
    const data = {
      ...{ name: 'd', rows, steps, channels, inputs: padded, labels: Int32Array.from(labels) },
      ...{ lengths, targets: null, stepLabels: null, groups: null },
    };
    for (const kind of ['pgd', 'pgd-l2', 'random-search', 'random-search-l2']) {
      const attack = (rowsAtOnce: number) =>
        attackDataset(target, data, (of, batch, settings) => findAttack(kind).run(of, batch, 0.3, settings), {
          seed: 2,
          rowsAtOnce,
        });
      const [alone, together] = [await attack(1), await attack(100)];
      expect(alone.correct, kind).toEqual(together.correct);
      // A mean over six rows is not exactly six times smaller than the row.
      expect(relativeError(alone.perturbed.inputs, together.perturbed.inputs), kind).toBeLessThan(1e-6);
    }
  });

  it('trained with class weights: attacked through the plain cross-entropy', async () => {
    const target = targetOf({ cell: parseCell('gru'), weights: 6 });
    const { model, engine } = target.objective;
    const loss = parseLoss('cross-entropy:smoothing=0.1', [1, 20, 0.1]);
    const weighted = { ...target, objective: createObjective(buildModel({ ...model.spec, loss }), engine) };
    const batch = await batchOf(target, 6);
    for (const attack of [projectedGradient, fastGradient])
      expect(await attack(weighted, batch, { radius: 0.3 })).toEqual(await attack(target, batch, { radius: 0.3 }));
    const values = createObjective(buildModel({ ...model.spec, loss: parseLoss('mse') }), engine);
    await expect(projectedGradient({ ...target, objective: values }, batch, { radius: 1 })).rejects.toThrow('classes');
  });
});

describe('mistakes', () => {
  it.each([
    ['fgs=1', /unknown attack 'fgs'; expected one of fgsm, pgd, pgd-l2/],
    ['pgd', /has no radius; write it as kind=radius/],
    ['pgd=0.1,', /radius '' is not a number/],
    ['pgd-l2=-1', /radius '-1' is not a number of 0 or more; it is r, the Euclidean/],
  ])('%s is refused', (text, message) => {
    expect(() => parseAttack(text)).toThrow(InputError);
    expect(() => parseAttack(text)).toThrow(message);
  });

  it('reads kind and radii', () => {
    expect(parseAttack('pgd=0.05, 0.1')).toEqual({ kind: 'pgd', strengths: [0.05, 0.1] });
  });

  it('options and shapes that do not fit', async () => {
    const target = targetOf();
    const batch = await batchOf(target, 3);
    await expect(fastGradient(target, batch, { radius: -1 })).rejects.toThrow(/radius -1/);
    await expect(projectedGradient(target, batch, { radius: 1, steps: 0 })).rejects.toThrow(/steps must be a whole/);
    await expect(randomSearch(target, batch, { radius: 1, queries: 1.5 })).rejects.toThrow(/queries must be/);
    await expect(minimalNorm(target, { ...batch, labels: [1] })).rejects.toThrow(/3 rows need as many labels/);
    const narrow = { ...target, preprocessing: { mean: [0], scale: [1] } };
    await expect(minimalNorm(narrow, batch)).rejects.toThrow(/has 1 channels, but the model takes 2/);
    const drawless = { ...target, noise: { seed: 1, draws: 0 } };
    await expect(minimalNorm(drawless, batch)).rejects.toThrow(/draws of noise must be/);
  });
});
