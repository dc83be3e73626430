import { afterAll, describe, expect, it } from 'vitest';
import { kaplanYorke, lyapunovExponents } from '../../src/analysis/lyapunov/index.js';
import type { Cell } from '../../src/cells/index.js';
import { lorenz96 } from '../../src/data/made/lorenz96.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { tensor } from '../../src/graph/index.js';
import { buildModel, initialise } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { relativeError } from '../support/numbers.js';
import { setupOf } from '../support/setup.js';
import { linearCell, lorenz96Cell, lorenzCell } from '../support/users-cells.js';
import { affineCell } from './linear-cell.js';

const reference = createReferenceEngine();
const values = (estimates: readonly { value: number }[]) => estimates.map(({ value }) => value);

function modelOf(cell: Cell, units: number, noise: string, solver: string, delta: number) {
  const layer = {
    cell,
    units,
    noise: parseNoise(noise),
    solver: solverNamed(solver),
    step: { kind: 'fixed', delta } as const,
  };
  return buildModel({ layers: [layer], inputs: 1, outputs: 2, readout: 'last' });
}

it('gives log|1 + δλ|/δ for a linear drift, complex and negative eigenvalues included', async () => {
  const delta = 0.1;
  const model = modelOf(affineCell, 4, 'none', 'euler', delta);
  const parameters = {
    ...initialise(model.parameters, 1),
    // Eigenvalues −0.3 ± 2i, 0.5 and −1 (block triangular).
    A: tensor([4, 4], [-0.3, 2, 0.4, 0.1, -2, -0.3, 0.2, 0.3, 0, 0, 0.5, 0.7, 0, 0, 0, -1]),
  };
  const batch = { rows: 3, steps: 4000, inputs: new Float64Array(12000).fill(0.2) };
  const { exponents, perStep, dimension } = await lyapunovExponents(model, reference, parameters, batch, {
    discard: 500,
  });
  const pair = 0.5 * Math.log((1 - 0.03) ** 2 + 0.2 ** 2);
  const truth = [Math.log(1.05), pair, pair, Math.log(0.9)].sort((a, b) => b - a);
  expect(relativeError(values(perStep), truth)).toBeLessThan(2e-3);
  expect(
    relativeError(
      values(exponents),
      truth.map((x) => x / delta),
    ),
  ).toBeLessThan(2e-3);
  expect(dimension.value).toBeCloseTo(kaplanYorke(truth, 4)!, 1);
});

it('gives the exponents and the dimension of Lorenz 1963, a user’s own cell', async () => {
  const model = modelOf(lorenzCell, 3, 'none', 'rk4', 0.01);
  const rows = 24;
  const steps = 4500;
  const generator = createGenerator(1, 'lorenz');
  const draw = (mean: number) => Float64Array.from({ length: rows }, () => mean + generator.normal());
  const initialState = { x: draw(1), y: draw(1), z: draw(25) };
  const batch = { rows, steps, inputs: new Float64Array(rows * steps) };
  const options = { initialState, discard: 500, interval: 10 };
  const found = await lyapunovExponents(model, reference, initialise(model.parameters, 1), batch, options);
  const [first, second, third] = found.exponents;
  // Four standard errors; each is at most 0.02.
  expect(Math.abs(first!.value - 0.9056)).toBeLessThan(4 * first!.standardError);
  expect(first!.standardError).toBeLessThan(0.02);
  expect(Math.abs(second!.value)).toBeLessThan(0.02);
  expect(Math.abs(third!.value + 14.5723)).toBeLessThan(4 * third!.standardError + 0.01);
  expect(first!.value + second!.value + third!.value).toBeCloseTo(-(10 + 1 + 8 / 3), 2);
  expect(Math.abs(found.dimension.value! - 2.062)).toBeLessThan(0.005);
});

it('gives the largest exponent of Lorenz 1996 at 40 sites, and the sum of all at 5', async () => {
  const wasm = await createWasmEngine({ threads: 1 });
  const data = (sites: number, rows: number) =>
    lorenz96('start', rows, { sites, forcing: 8, interval: 0.05, steps: 1 }, 3);
  const measure = async (sites: number, rows: number, steps: number, exponents: number) => {
    const model = modelOf(lorenz96Cell, sites, 'none', 'rk4', 0.02);
    const initialState = { x: Float64Array.from(data(sites, rows).values) };
    const batch = { rows, steps, inputs: new Float64Array(rows * steps) };
    const options = { exponents, initialState, discard: 250, interval: 10 };
    return lyapunovExponents(model, wasm, initialise(model.parameters, 1), batch, options);
  };
  try {
    const [largest] = (await measure(40, 16, 2500, 1)).exponents;
    // 1.68 at F = 8 (Karimi & Paul, Chaos 2010, fig. 2); four standard errors, and what 0.02 of a step changes.
    expect(largest!.standardError).toBeLessThan(0.03);
    expect(Math.abs(largest!.value - 1.68)).toBeLessThan(4 * largest!.standardError);
    const all = values((await measure(5, 4, 2000, 5)).exponents);
    // The divergence of the flow is −N everywhere: exact but for the integration.
    expect(all.reduce((sum, value) => sum + value, 0)).toBeCloseTo(-5, 2);
  } finally {
    await wasm.close();
  }
});

describe('the scalar linear SDE under Euler–Maruyama', () => {
  const delta = 0.05;
  /** E log|1 + μδ + s√δ ξ|/δ by the midpoint rule over 12 standard deviations. */
  const truth = (mu: number, s: number) => {
    let total = 0;
    const points = 200_000;
    for (let i = 0; i < points; i++) {
      const x = -6 + (12 * (i + 0.5)) / points;
      total += Math.log(Math.abs(1 + mu * delta + s * Math.sqrt(delta) * x)) * Math.exp((-x * x) / 2);
    }
    return (total * 12) / points / Math.sqrt(2 * Math.PI) / delta;
  };
  const measure = async (mu: number, s: number) => {
    const model = modelOf(linearCell(mu), 1, `scalar:mult=${s}`, 'euler', delta);
    const [rows, steps] = [200, 400];
    const batch = { rows, steps, inputs: new Float64Array(rows * steps) };
    const options = { noise: 'on', seed: 5, interval: 20 } as const;
    const { exponents } = await lyapunovExponents(model, reference, initialise(model.parameters, 1), batch, options);
    return exponents[0]!;
  };

  it('has the exponent μ − s²/2 + δ(−μ²/2 + μs² − ¾s⁴) + O(δ²)', async () => {
    const [mu, s] = [0.3, 0.8];
    const found = await measure(mu, s);
    expect(Math.abs(found.value - truth(mu, s))).toBeLessThan(4 * found.standardError);
    const expansion = mu - s ** 2 / 2 + delta * (-(mu ** 2) / 2 + mu * s ** 2 - 0.75 * s ** 4);
    expect(Math.abs(truth(mu, s) - expansion)).toBeLessThan(3 * delta ** 2);
  });

  it('is made stable by noise at s² ≈ 2μ − 3μ²δ and not at 5 % less', async () => {
    const mu = 1;
    const critical = Math.sqrt(2 * mu - 3 * mu ** 2 * delta);
    expect(truth(mu, critical * 1.05)).toBeLessThan(0);
    expect(truth(mu, critical * 0.95)).toBeGreaterThan(0);
    const [above, below] = [await measure(mu, critical * 1.05), await measure(mu, critical * 0.95)];
    expect(above.value).toBeLessThan(0);
    expect(below.value).toBeGreaterThan(0);
  });
});

describe('on trained-like models', async () => {
  const wasm = await createWasmEngine({ threads: 1 });
  afterAll(() => wasm.close());
  it.each([
    { cell: 'lstm', noise: 'sde:add=0.1,mult=0.2', solver: 'euler', rows: 9, steps: 40 },
    { cell: 'noisy', noise: 'published:mult=0.2,add=0.1', solver: 'euler', step: 'learned', layers: 2, steps: 40 },
    { cell: 'noisy', noise: 'scalar:mult=0.4', solver: 'heun', step: 'given', rows: 1, steps: 60 },
    { cell: 'gru', noise: 'dropout:rate=0.2', solver: 'euler', rows: 3, steps: 40, lengths: [40, 20, 30] },
  ] as const)('both engines agree with noise on: %j', async (of) => {
    const { model, parameters, batch } = setupOf(of);
    const options = { noise: 'on', exponents: 3 } as const;
    const [exactly, single] = [
      await lyapunovExponents(model, reference, parameters, batch, options),
      await lyapunovExponents(model, wasm, parameters, batch, options),
    ];
    expect(relativeError(values(single.perStep), values(exactly.perStep))).toBeLessThan(2e-3);
    const last = exactly.convergence.perStep.at(-1)!;
    expect(
      relativeError(
        [...last].sort((a, b) => b - a),
        values(exactly.perStep),
      ),
    ).toBeLessThan(of.lengths ? 1 : 1e-9);
    for (const { standardError } of exactly.exponents) expect(standardError).toBeGreaterThan(0);
  });

  it('does not depend on how often tangents are re-orthonormalised', async () => {
    const { model, parameters, batch } = setupOf({
      cell: 'noisy',
      noise: 'sde:add=0.1,mult=0.2',
      solver: 'euler',
      steps: 30,
    });
    const [often, seldom] = [1, 7].map((interval) =>
      lyapunovExponents(model, reference, parameters, batch, { noise: 'on', interval, exponents: 5 }),
    );
    expect(relativeError(values((await often!).perStep), values((await seldom!).perStep))).toBeLessThan(1e-7);
  });
});

it('knows the Kaplan–Yorke dimension at its edges', () => {
  expect(kaplanYorke([-0.1, -1], 2)).toBe(0);
  expect(kaplanYorke([0.5, 0.1], 2)).toBe(2);
  expect(kaplanYorke([0.5, 0.1], 5)).toBeNull();
  expect(kaplanYorke([1, 0, -2], 3)).toBe(2.5);
});
