import { describe, expect, it } from 'vitest';
import { type Cell, defineCell, normal, parseCell } from '../../cells/index.js';
import type { Engine } from '../../engine/engine.js';
import { createReferenceEngine } from '../../engine/reference/reference-engine.js';
import { createWasmEngine } from '../../engine/wasm/wasm-engine.js';
import { InputError } from '../../errors.js';
import { add, matmul, type Tensor } from '../../graph/index.js';
import { buildModel, createObjective, initialise } from '../../model/index.js';
import { parseNoise } from '../../noise/index.js';
import { createGenerator } from '../../random/index.js';
import { solverNamed } from '../../solvers/index.js';
import { findPerturbation } from '../index.js';
import {
  type AttackTarget,
  attackDataset,
  attacks,
  fastGradient,
  findAttack,
  type LabelledBatch,
  minimalNorm,
  parseAttack,
  projectedGradient,
  randomSearch,
} from './index.js';

/** h⁺ = h + U x, so that the logits are linear in the whole sequence. */
const linearCell = defineCell({
  name: 'sum',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({ U: { shape: [units, inputs], initial: normal(1) } }),
  step: ({ state: { h }, input, parameters: { U } }) => ({ h: add(h, matmul(U, input)) }),
});

const [steps, channels] = [4, 2];
const preprocessing = { mean: [1, -1], scale: [2, 0.5] };

interface Options {
  readonly cell?: Cell;
  readonly classes?: number;
  readonly noise?: string;
  readonly readout?: 'last' | 'every';
  readonly engine?: Engine;
  readonly weights?: number;
}

function targetOf(options: Options = {}): AttackTarget {
  const { cell = linearCell, classes = 3, noise = 'none', readout = 'last', weights = 1 } = options;
  const step = { kind: 'fixed', delta: cell.step === undefined ? 0.3 : 1 } as const;
  const layer = { cell, units: 5, noise: parseNoise(noise), solver: solverNamed('euler'), step };
  const model = buildModel({ layers: [layer], inputs: channels, outputs: classes, readout });
  const parameters = initialise(model.parameters, 3);
  const weight = parameters['readout.weight']!;
  const scaled: Tensor = { ...weight, data: weight.data.map((value) => value * weights) };
  return {
    objective: createObjective(model, options.engine ?? createReferenceEngine()),
    parameters: { ...parameters, 'readout.weight': scaled },
    preprocessing,
  };
}

/** Random inputs, labelled by the network itself but for row 0, which is wrong. */
async function batchOf(target: AttackTarget, rows: number): Promise<LabelledBatch> {
  const generator = createGenerator(8, 'attack test');
  const inputs = Float64Array.from({ length: rows * steps * channels }, () => Math.fround(generator.normal()));
  const logits = await target.objective.logits(target.parameters, { rows, steps, inputs });
  const classes = target.objective.model.spec.outputs;
  const own = logits.length / rows;
  const labels = Array.from({ length: rows }, (_, row) => {
    const last = logits.subarray((row + 1) * own - classes, (row + 1) * own);
    return last.indexOf(Math.max(...last));
  });
  labels[0] = (labels[0]! + 1) % classes;
  return { rows, steps, inputs, labels };
}

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

/** The change in raw units. */
const changeOf = (inputs: Float64Array, batch: LabelledBatch) =>
  inputs.map((value, i) => (value - batch.inputs[i]!) * preprocessing.scale[i % channels]!);
const single = ({ labels, inputs }: LabelledBatch, row: number): LabelledBatch => ({
  rows: 1,
  steps,
  inputs: inputs.slice(row * steps * channels, (row + 1) * steps * channels),
  labels: [labels[row]!],
});
const shareRight = (success: Uint8Array) => 1 - success.reduce((total, one) => total + one, 0) / success.length;

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
    expect([...labels].filter((label, row) => label === batch.labels[row]).length).toBeGreaterThan(4);
  });
});

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

  it('the smallest change found is beyond the radii at which no attack succeeds, and pgd succeeds with it', async () => {
    const batch = await batchOf(target, 10);
    const { norms, success, inputs } = await minimalNorm(target, batch);
    expect([...success].every((one) => one === 1)).toBe(true);
    const logits = await target.objective.logits(target.parameters, { rows: 10, steps, inputs });
    for (let row = 1; row < 10; row++) {
      const scores = logits.subarray(row * 3, (row + 1) * 3);
      expect(scores.indexOf(Math.max(...scores))).not.toBe(batch.labels[row]);
      const at = async (radius: number) =>
        (await projectedGradient(target, single(batch, row), { radius, norm: 'l2', steps: 40 })).success[0];
      expect(await at(1.02 * norms[row]!)).toBe(1);
      expect(await at(0.95 * norms[row]!)).toBe(0);
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
    const { inputs, success } = await projectedGradient(target, batch, { radius: 1, restarts: 1 });
    const change = changeOf(inputs, batch);
    for (const [row, length] of batch.lengths.entries())
      expect(change.subarray(row * 8 + length * channels, (row + 1) * 8).every((value) => value === 0)).toBe(true);
    expect(shareRight(success)).toBeLessThan(1);
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
