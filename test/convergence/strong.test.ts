/**
 * Strong orders: the mean error E|X_T − X_T^δ| (Kloeden & Platen 1992, §9.6) against the exact solution on the same
 * path, on nested grids. Each interval has a false-alarm rate of 1e-6 over the choice of seed (the seeds are fixed); a solver's fitted
 * order may besides differ from its asymptotic one by `bend`, as the coarsest grids are not yet asymptotic.
 */
import { describe, expect, it } from 'vitest';
import { defineCell } from '../../src/cells/index.js';
import { concat, constant, slice } from '../../src/graph/index.js';
import { createGenerator } from '../../src/random/index.js';
import { brownian, coarsen, type Equation, endpoints, type Increments, integrate } from '../support/paths.js';
import { meanOf, orderOf, type Slope } from '../support/statistics.js';
import { linearCell } from '../support/users-cells.js';

const bend = 0.06;
const grids = [16, 32, 64, 128, 256];
const stepSizes = grids.map((steps) => 1 / steps);

function expectOrder({ slope, halfWidth }: Slope, order: number): void {
  expect(halfWidth, 'too few paths to tell an order from its neighbour').toBeLessThan(0.2);
  expect(Math.abs(slope - order), `slope ${slope} ± ${halfWidth}`).toBeLessThan(halfWidth + bend);
}

/** |X − X_δ| of every path on every grid. */
async function errorsOn(equation: Equation, fine: Increments, exact: Float64Array): Promise<Float64Array[]> {
  const errors: Float64Array[] = [];
  for (const steps of grids) {
    const found = await integrate(equation, coarsen(fine, steps));
    errors.push(found.map((value, path) => Math.abs(value - exact[path]!)));
  }
  return errors;
}

describe('geometric Brownian motion, dX = ½X dt + X dB', () => {
  const [mu, s, paths] = [0.5, 1, 2000];
  const fine = brownian(101, paths, 256, 1, 1);
  const exact = endpoints(fine).map((B) => Math.exp((mu - (s * s) / 2) * 1 + s * B));
  const equation = { cell: linearCell(mu), noise: `scalar:mult=${s}`, units: 1, start: 1, duration: 1 };

  it('Euler–Maruyama has strong order ½', async () => {
    const errors = await errorsOn({ ...equation, solver: 'euler' }, fine, exact);
    expectOrder(orderOf(stepSizes, errors, meanOf), 0.5);
  });

  it('Heun has strong order 1, and converges to the Itô solution', async () => {
    const errors = await errorsOn({ ...equation, solver: 'heun' }, fine, exact);
    expectOrder(orderOf(stepSizes, errors, meanOf), 1);
    // The Stratonovich solution is e^{s²/2} ≈ 1.65 times the Itô one.
    expect(meanOf(errors.at(-1)!)).toBeLessThan(0.02 * meanOf(exact));
  });

  it('a diagonal channel in place of the scalar one gives the same path', async () => {
    // g = mult·f with f = μX is s·X for mult = s/μ.
    for (const solver of ['euler', 'heun']) {
      const scalar = await integrate({ ...equation, solver }, coarsen(fine, 16));
      const diagonal = await integrate({ ...equation, noise: `sde:mult=${s / mu}`, solver }, coarsen(fine, 16));
      for (const [path, value] of scalar.entries()) expect(diagonal[path]).toBeCloseTo(value, 9);
    }
  });
});

describe('Ornstein–Uhlenbeck, dX = −2X dt + ½ dB', () => {
  const [theta, sigma, paths] = [2, 0.5, 1000];
  const { increments, exact } = ornsteinUhlenbeck({ theta, sigma, start: 1, paths, steps: 256 });
  const equation = { cell: linearCell(-theta), noise: `sde:add=${sigma}`, units: 1, start: 1, duration: 1 };

  it('the exact solution has its known mean and variance', () => {
    const mean = exact.reduce((total, value) => total + value, 0) / paths;
    const variance = exact.reduce((total, value) => total + (value - mean) ** 2, 0) / (paths - 1);
    const expected = (sigma ** 2 * (1 - Math.exp(-2 * theta))) / (2 * theta);
    // 4.9 standard errors: P < 1e-6 each.
    expect(Math.abs(mean - Math.exp(-theta))).toBeLessThan(4.9 * Math.sqrt(expected / paths));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(4.9 * Math.sqrt(2 / paths));
  });

  it.each(['euler', 'heun'])('%s has strong order 1 with additive noise', async (solver) => {
    // The drift's own error falls as δ for Euler and as δ² for Heun; the noise's as δ for both.
    const errors = await errorsOn({ ...equation, solver }, increments, exact);
    expectOrder(orderOf(stepSizes, errors, meanOf), 1);
  });
});

describe('noise that does not commute, dX = dt + dB₁, dY = X dt + X dB₂', () => {
  const areaCell = defineCell({
    name: 'area',
    state: () => ({ h: 2 }),
    parameters: () => ({}),
    drift: ({ state: { h } }) => ({ h: concat([constant(1, [1], 'row'), slice(h, 0, 1)]) }),
  });

  it.each(['euler', 'heun'])('%s has strong order ½: successive grids differ by as much', async (solver) => {
    const fine = brownian(102, 1000, 256, 2, 1);
    const equation = { cell: areaCell, noise: 'sde:mult=1', solver, units: 2, start: 0, duration: 1 };
    const ends: Float64Array[] = [];
    for (const steps of grids) ends.push(await integrate(equation, coarsen(fine, steps)));
    // No exact solution: ∫ B₁ dB₂ is not a function of the increments. ‖X_δ − X_{δ/2}‖ falls with the same order.
    const differences = ends
      .slice(1)
      .map((end, level) =>
        Float64Array.from({ length: 1000 }, (_, path) => Math.abs(end[2 * path + 1]! - ends[level]![2 * path + 1]!)),
      );
    expectOrder(orderOf(stepSizes.slice(1), differences, meanOf), 0.5);
  });
});

interface Process {
  readonly theta: number;
  readonly sigma: number;
  readonly start: number;
  readonly paths: number;
  readonly steps: number;
}

/** Paths over T = 1 with the exact solution: over each step ΔB and ∫ e^{−θ(δ−s)} dB are drawn jointly. */
function ornsteinUhlenbeck({ theta, sigma, start, paths, steps }: Process) {
  const generator = createGenerator(103, 'Ornstein–Uhlenbeck');
  const delta = 1 / steps;
  const decay = Math.exp(-theta * delta);
  const covariance = (1 - decay) / theta;
  const variance = (1 - decay * decay) / (2 * theta);
  const rest = Math.sqrt(variance - covariance ** 2 / delta);
  const values = new Float64Array(paths * steps);
  const exact = new Float64Array(paths).fill(start);
  for (let path = 0; path < paths; path++)
    for (let step = 0; step < steps; step++) {
      const increment = Math.sqrt(delta) * generator.normal();
      const integral = (covariance / delta) * increment + rest * generator.normal();
      values[path * steps + step] = increment;
      exact[path] = decay * exact[path]! + sigma * integral;
    }
  return { increments: { values, paths, steps, width: 1 }, exact };
}
