/** The checks of the noise-induced regulariser: what noise adds to the loss, to second order. */
import { afterAll, describe, expect, it } from 'vitest';
import { pathOf } from '../../src/analysis/paths.js';
import {
  analyzeRegulariser,
  atMeanNoise,
  createProbe,
  firstOrderShift,
  monteCarloGap,
  noiseHessianTrace,
  propagatedRegulariser,
  pulledBackQ,
  regulariserContributions,
  secondDerivative,
  secondName,
  stochasticRegulariser,
  withScaledNoise,
} from '../../src/analysis/regulariser/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { multiply, type Node, square, substitute, sum } from '../../src/graph/index.js';
import { bind } from '../../src/model/index.js';
import { carry, mapPhase, type Program, phase, sequence } from '../../src/program/index.js';
import { type Case, type Setup, setupOf, titleOf } from '../support/setup.js';
import { cubicCell, linearCell, oscillatorsCell, pendulumCell } from '../support/users-cells.js';

const reference = createReferenceEngine();
const sde = { cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', units: 3, rows: 2 } as const;

async function meanLoss({ model, parameters, batch, noise }: Setup, program: Program, sign: 1 | -1 = 1) {
  const kernel = reference.compile(program, { carries: ['loss'] });
  const { carries } = await kernel.run({ ...bind(model, batch, true), parameters, noise: { ...noise, sign } });
  return carries.loss!.reduce((total, own) => total + own, 0) / batch.rows;
}

/** Slope of log|remainder| against log ε between ε and ε/2. */
const slope = (coarse: number, fine: number) => Math.log2(Math.abs(coarse) / Math.abs(fine));

describe('one path, no sampling error', () => {
  it.each<Case>([
    sde,
    { ...sde, noise: 'independent:add=0.3,mult=0.4,eps=0.7', solver: 'heun' },
    { ...sde, noise: 'published:mult=0.4,add=0.3', readout: 'every', lengths: [4, 2] },
    { ...sde, cell: 'lstm', noise: 'scalar:mult=0.5' },
    { ...sde, cell: 'gru', layers: 2 },
    { ...sde, cell: 'noisy', noise: 'dropout:rate=0.5', step: 'learned' },
    { ...sde, loss: 'mse', readout: 'every', per: 'step', lengths: [4, 2] },
    { ...sde, loss: 'huber:delta=5' },
    { ...sde, weights: [0.5, 2, 1.25], readout: 'every', per: 'step' },
    { ...sde, noise: 'inside:add=0.4,eps=0.7', step: 'learned', readout: 'every', lengths: [4, 2] },
    { ...sde, cell: 'lstm', noise: 'inside:add=0.4', layers: 2 },
  ])('leaves a remainder of fourth order: %j', async (of) => {
    const setup = setupOf(of, 3);
    const noisy = setup.model.program({ noisy: true, masked: of.lengths !== undefined, loss: true });
    const scale = setup.model.spec.layers[0]!.noise.scale;
    const probe = createProbe(setup.model, reference, of.lengths !== undefined);
    const { P, Q } = await probe(setup.parameters, setup.batch, setup.noise);
    const second = P.reduce((total, own, row) => total + own + Q[row]!, 0) / setup.batch.rows;
    const base = await meanLoss(setup, atMeanNoise(noisy));
    const remainder = async (epsilon: number) => {
      const both = await Promise.all(
        [epsilon, -epsilon].map((factor) => meanLoss(setup, withScaledNoise(noisy, factor))),
      );
      return (both[0]! + both[1]!) / 2 - base - 0.5 * epsilon ** 2 * scale ** 2 * second;
    };
    const [coarse, fine] = [await remainder(0.1), await remainder(0.05)];
    expect(Math.abs(slope(coarse, fine) - 4)).toBeLessThan(0.15);
  });
});

it('matches the full enumeration of Rademacher noise for N = 2, M = 4, to fourth order', async () => {
  const setup = setupOf({ ...sde, units: 2, rows: 1, steps: 4 }, 5);
  const { model, parameters, batch } = setup;
  const noisy = model.program({ noisy: true, loss: true });
  const given = (node: Node) => (node.op === 'noise' ? sequence('signs', 2) : undefined);
  const program = { ...noisy, phases: noisy.phases.map((part) => mapPhase(part, (nodes) => substitute(nodes, given))) };
  const repeated = {
    ...batch,
    rows: 256,
    inputs: Float64Array.from({ length: 256 * batch.inputs.length }, (_, i) => batch.inputs[i % batch.inputs.length]!),
    labels: new Array<number>(256).fill(batch.labels![0]!),
  };
  const bound = bind(model, repeated, true);
  const kernel = reference.compile(program, { carries: ['loss'] });
  const expectation = async (epsilon: number) => {
    const signs = Float64Array.from({ length: 256 * 8 }, (_, i) => ((i >> 3) & (1 << (i & 7)) ? epsilon : -epsilon));
    const { carries } = await kernel.run({ ...bound, parameters, sequences: { ...bound.sequences, signs } });
    return carries.loss!.reduce((total, own) => total + own, 0) / 256;
  };
  const { total } = await propagatedRegulariser(model, reference, parameters, batch);
  const base = await expectation(0);
  const remainder = async (epsilon: number) => (await expectation(epsilon)) - base - 0.5 * epsilon ** 2 * total.value;
  const [coarse, fine] = [await remainder(0.1), await remainder(0.05)];
  expect(Math.abs(slope(coarse, fine) - 4)).toBeLessThan(0.1);
  expect(Math.abs(fine)).toBeLessThan(0.02 * Math.abs(0.5 * 0.05 ** 2 * total.value));
});

describe('P + Q by propagation, by the Hessian and by the pull-back', () => {
  const cases: Case[] = [
    sde,
    { ...sde, noise: 'independent:add=0.2,mult=0.3' },
    { ...sde, noise: 'scalar:mult=0.4,eps=0.5' },
    { ...sde, noise: 'dropout:rate=0.3' },
    { ...sde, noise: 'published:mult=0,add=0.3' },
    { ...sde, noise: 'published:mult=0.4,add=0.2', step: 'learned' },
    { ...sde, solver: 'heun' },
    { ...sde, readout: 'every', lengths: [4, 2] },
    { ...sde, readout: 'every', lengths: [4, 2], per: 'step', weights: [0.5, 2, 1.25] },
    { ...sde, weights: [0.5, 2, 1.25], loss: 'cross-entropy:smoothing=0.2' },
    { ...sde, loss: 'mse' },
    { ...sde, loss: 'mae', readout: 'every', per: 'step' },
    { ...sde, loss: 'huber:delta=0.7', outputs: 1 },
    { ...sde, cell: 'lstm', layers: 2 },
    { ...sde, cell: 'gru', noise: 'dropout:rate=0.5' },
    { ...sde, cell: cubicCell },
    { ...sde, cell: pendulumCell, units: 1 },
    { ...sde, cell: oscillatorsCell, noise: 'independent:add=0.2,mult=0.3', solver: 'heun' },
    { ...sde, noise: 'inside:add=0.4,eps=0.5', step: 'learned' },
    { ...sde, noise: 'inside:add=0.4', readout: 'every', lengths: [4, 2] },
    { ...sde, cell: 'lstm', noise: 'inside:add=0.4', layers: 2 },
    { ...sde, cell: 'cornn', noise: 'inside:add=0.4' },
  ];
  it.each(cases.map((of) => [titleOf(of), of] as const))('agree: %s', async (_, of) => {
    const { model, parameters, batch } = setupOf(of, 7);
    const propagated = await propagatedRegulariser(model, reference, parameters, batch);
    const trace = await noiseHessianTrace(model, reference, parameters, batch);
    const size = Math.abs(trace.P.value) + Math.abs(trace.Q.value);
    for (const part of ['P', 'Q', 'total'] as const)
      expect(Math.abs(propagated[part].value - trace[part].value) / size).toBeLessThan(1e-6);
    if (of.readout === 'every') return;
    const { value } = await pulledBackQ(model, reference, parameters, batch);
    expect(Math.abs(value - trace.Q.value) / size).toBeLessThan(1e-9);
  });
});

it('has tr ∂²_ηF where noise acts inside the activation: one step against its formula', async () => {
  const [delta, amplitude] = [0.2, 0.4];
  const of: Case = { cell: 'antisymmetric', noise: `inside:add=${amplitude}`, solver: 'euler', rows: 1, steps: 1 };
  const { model, parameters, batch } = setupOf(of, 19);
  const { U, b, 'readout.weight': V, 'readout.bias': c } = parameters;
  const [N, I, K] = [5, 2, 3];
  const u = Array.from(
    b!.data,
    (own, i) => own + U!.data[i * I]! * batch.inputs[0]! + U!.data[i * I + 1]! * batch.inputs[1]!,
  );
  const bent = u.map(Math.tanh);
  const z = Array.from(c!.data, (own, k) => bent.reduce((sum, t, i) => sum + V!.data[k * N + i]! * delta * t, own));
  const p = z.map((own) => Math.exp(own) / z.reduce((sum, other) => sum + Math.exp(other), 0));
  let [P, Q] = [0, 0];
  for (let i = 0; i < N; i++) {
    const [slopeAt, t] = [1 - bent[i]! ** 2, bent[i]!];
    const column = Array.from({ length: K }, (_, k) => V!.data[k * N + i]!);
    const mean = column.reduce((sum, own, k) => sum + own * p[k]!, 0);
    // h⁺ = δ tanh(u + s ξ/√δ): ∂h⁺/∂ξ = √δ s tanh', ∂²h⁺/∂ξ² = s² tanh''.
    P += (mean - column[batch.labels![0]!]!) * amplitude ** 2 * -2 * t * slopeAt;
    Q += column.reduce((sum, own, k) => sum + p[k]! * (own - mean) ** 2, 0) * delta * (amplitude * slopeAt) ** 2;
  }
  const found = await propagatedRegulariser(model, reference, parameters, batch);
  expect(found.P.value).toBeCloseTo(P, 12);
  expect(found.Q.value).toBeCloseTo(Q, 12);
  expect(Math.abs(P)).toBeGreaterThan(0.1 * Q);
});

it.each<Case>([sde, { ...sde, noise: 'inside:add=0.4' }])(
  'is estimated without bias by probes, with its parts by step and by unit: %j',
  async (of) => {
    const { model, parameters, batch } = setupOf({ ...of, rows: 6 }, 9);
    const truth = await propagatedRegulariser(model, reference, parameters, batch);
    const found = await stochasticRegulariser(model, reference, parameters, batch, { probes: 200, seed: 2 });
    // Four standard errors on three figures: false alarm below 2e-4.
    for (const part of ['P', 'Q', 'total'] as const) {
      expect(Math.abs(found[part].value - truth[part].value)).toBeLessThan(4 * found[part].standardError);
      expect(found[part].standardError).toBeLessThan(0.2 * Math.abs(truth.total.value));
    }
    const asked = await analyzeRegulariser(model, reference, parameters, batch, {
      pairs: 0,
      probes: 40,
      contributions: true,
    });
    expect(asked.contributions!.steps).toHaveLength(batch.steps);
    expect(Math.abs(asked.contributions!.total.value - truth.total.value)).toBeLessThan(
      4.5 * asked.contributions!.total.standardError,
    );
    const probe = createProbe(model, reference, false);
    const { P, Q } = await probe(parameters, batch, pathOf(2, 0, batch.rows));
    const parts = await regulariserContributions(model, reference, parameters, batch, { probes: 1, seed: 2 });
    const whole = P.reduce((total, own, row) => total + own + Q[row]!, 0) / batch.rows;
    expect(parts.total.value).toBeCloseTo(whole, 12);
    const add = (estimates: readonly { value: number }[]) => estimates.reduce((total, { value }) => total + value, 0);
    expect(add(parts.steps)).toBeCloseTo(whole, 12);
    expect(add(Object.values(parts.units).flat())).toBeCloseTo(whole, 12);
  },
);

it('predicts the gap that Monte Carlo measures', async () => {
  const { model, parameters, batch } = setupOf({ ...sde, noise: 'sde:add=0.2,mult=0.3,eps=0.3', rows: 6 }, 11);
  const { predictedGap, measuredGap } = await analyzeRegulariser(model, reference, parameters, batch, { pairs: 600 });
  const [predicted, measured] = [predictedGap, measuredGap] as { value: number; standardError: number }[];
  // The fourth-order term is below 3 % of the gap here; four standard errors: false alarm below 1e-4.
  const allowed = 4 * measured!.standardError + 0.03 * Math.abs(predicted!.value);
  expect(measured!.standardError).toBeLessThan(0.1 * Math.abs(measured!.value));
  expect(Math.abs(measured!.value - predicted!.value)).toBeLessThan(allowed);
});

it('is exact at any ε for a linear drift, additive noise and a quadratic loss', async () => {
  const setup = setupOf({ cell: linearCell(-0.7), noise: 'sde:add=0.8', solver: 'euler', units: 3, steps: 5 }, 13);
  const { model, parameters, batch, noise } = setup;
  const forward = model.program({ noisy: true, loss: false });
  const [steps] = forward.phases;
  const loss = multiply(0.5, sum(square(carry('h', 3))));
  const program: Program = { ...forward, phases: [steps!, phase('quadratic', 'once', { carries: { loss } })] };
  const second = secondDerivative(program, 'drawn');
  const start = { h: Float64Array.from({ length: 9 }, (_, i) => Math.cos(i)) };
  const run = async (of: Program, name: string, sign: 1 | -1 = 1) => {
    const { sequences, rows, steps: count } = bind(model, batch, false);
    const inputs = { rows, steps: count, sequences: sequences!, parameters, carries: start, noise: { ...noise, sign } };
    return (await reference.compile(of, { carries: [name] }).run(inputs)).carries[name]!;
  };
  const [ahead, behind, base] = [
    await run(program, 'loss'),
    await run(program, 'loss', -1),
    await run(atMeanNoise(program), 'loss'),
  ];
  const curvature = await run(second, secondName('loss'));
  for (let row = 0; row < 3; row++)
    expect((ahead[row]! + behind[row]!) / 2 - base[row]!).toBeCloseTo(0.5 * curvature[row]!, 12);
});

it('reports the first-order shift of published noise apart, and none where noise is centred', async () => {
  const centred = setupOf(sde, 15);
  expect((await firstOrderShift(centred.model, reference, centred.parameters, centred.batch)).value).toBe(0);
  const shiftOf = async (mult: number) => {
    const { model, parameters, batch } = setupOf({ ...sde, noise: `published:mult=${mult},add=0.1` }, 15);
    return (await firstOrderShift(model, reference, parameters, batch)).value / mult;
  };
  const [coarse, middle, fine] = [await shiftOf(0.02), await shiftOf(0.01), await shiftOf(0.005)];
  expect(Math.abs(fine)).toBeGreaterThan(1e-3);
  // The quotient tends to its limit linearly.
  expect(Math.abs((coarse - middle) / (middle - fine) - 2)).toBeLessThan(0.05);
  const { model, parameters, batch } = setupOf({ ...sde, noise: 'published:mult=0.3,add=0.1', rows: 4 }, 15);
  const figures = await analyzeRegulariser(model, reference, parameters, batch, { pairs: 400 });
  const gap = await monteCarloGap(model, reference, parameters, batch, { pairs: 400 });
  expect(figures.measuredGap).toEqual(gap);
  expect(figures.contributions).toBeUndefined();
  expect(Math.abs(gap.value - figures.predictedGap.value!)).toBeLessThan(
    4 * gap.standardError + 0.05 * Math.abs(gap.value),
  );
});

it('is null with a reason without noise', async () => {
  const { model, parameters, batch } = setupOf({ ...sde, noise: 'none' });
  const { total } = await analyzeRegulariser(model, reference, parameters, batch);
  expect(total).toEqual({ value: null, reason: expect.stringContaining('no noise') });
});

describe('on the wasm engine', async () => {
  const wasm = await createWasmEngine({ threads: 1 });
  afterAll(() => wasm.close());
  it('gives the same figures to float32', async () => {
    const { model, parameters, batch } = setupOf({ ...sde, units: 9, rows: 3, steps: 6 }, 17);
    const [exactly, single] = [
      await propagatedRegulariser(model, reference, parameters, batch),
      await propagatedRegulariser(model, wasm, parameters, batch),
    ];
    const size = Math.abs(exactly.P.value) + Math.abs(exactly.Q.value);
    for (const part of ['P', 'Q', 'total'] as const)
      expect(Math.abs(exactly[part].value - single[part].value) / size).toBeLessThan(1e-4);
    expect(Math.abs((await pulledBackQ(model, wasm, parameters, batch)).value - exactly.Q.value) / size).toBeLessThan(
      1e-4,
    );
    const options = { probes: 3, seed: 1 };
    const [slow, fast] = [
      await stochasticRegulariser(model, reference, parameters, batch, options),
      await stochasticRegulariser(model, wasm, parameters, batch, options),
    ];
    expect(Math.abs(slow.total.value - fast.total.value) / size).toBeLessThan(1e-3);
    const parts = await regulariserContributions(model, wasm, parameters, batch, options);
    expect(Math.abs(parts.total.value - slow.total.value) / size).toBeLessThan(1e-3);
  });
});
