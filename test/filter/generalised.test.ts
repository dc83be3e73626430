/** Smooth noise: where generalised filtering begins to pay. A linear oscillator, 2,000 steps. */
import { describe, expect, it } from 'vitest';
import { defineCell, startAt } from '../../src/cells/index.js';
import { createFilter } from '../../src/filter/index.js';
import { matmul, tensor } from '../../src/graph/index.js';
import { buildModel, squaredError } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';

const F = [
  [-0.2, 1],
  [-1, -0.2],
];
const G = [1, 0.3];
const delta = 0.1;
const amplitude = 0.3;
const steps = 2000;

const oscillator = defineCell({
  name: 'oscillator',
  state: () => ({ h: 2 }),
  parameters: () => ({ F: { shape: [2, 2], initial: startAt(0) } }),
  drift: ({ state: { h }, parameters }) => ({ h: matmul(parameters.F, h) }),
});

/** White noise through a Gaussian window: of variance 1, with the autocorrelation exp(−τ²/4s²). */
function smoothNoise(s: number, seed: number, label: string): Float64Array {
  const generator = createGenerator(seed, label);
  const reach = Math.ceil((6 * s) / delta);
  const white = Float64Array.from({ length: steps + 2 * reach + 1 }, () => generator.normal());
  const window = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-(((k - reach) * delta) ** 2) / (2 * s * s)));
  const norm = Math.sqrt(window.reduce((total, w) => total + w * w, 0));
  return Float64Array.from({ length: steps }, (_, at) =>
    window.reduce((total, w, k) => total + (w / norm) * white[at + k]!, 0),
  );
}

async function errors(s: number) {
  const totals = [0, 0, 0];
  const seeds = [1, 2, 3];
  for (const seed of seeds) {
    const noises = ['first', 'second', 'observation'].map((label) => smoothNoise(s, seed, `${label} ${s}`));
    let h = [0, 0];
    const states: number[][] = [];
    const series: number[][] = [];
    for (let at = 0; at < steps; at++) {
      h = h.map((value, i) => value + delta * (F[i]![0]! * h[0]! + F[i]![1]! * h[1]! + amplitude * noises[i]![at]!));
      states.push(h);
      series.push([G[0]! * h[0]! + G[1]! * h[1]! + amplitude * noises[2]![at]!]);
    }
    const options = {
      model: buildModel({
        layers: [
          {
            cell: oscillator,
            units: 2,
            noise: parseNoise('none'),
            solver: solverNamed('euler'),
            step: { kind: 'fixed', delta },
          },
        ],
        inputs: 0,
        outputs: 1,
        readout: 'every',
        loss: squaredError,
      }),
      parameters: {
        F: tensor([2, 2], F.flat()),
        'readout.weight': tensor([1, 2], G),
        'readout.bias': tensor([1], [0]),
      },
      observation: { covariance: amplitude ** 2 },
      process: amplitude ** 2 * delta ** 2,
      initial: { covariance: 1 },
    } as const;
    const filters = [
      createFilter(options),
      createFilter({ ...options, method: 'generalised', orders: 2, smoothness: s }),
      createFilter({ ...options, method: 'generalised', orders: 4, smoothness: s }),
    ];
    for (const [k, filter] of filters.entries()) {
      const { mean } = await filter.run(series);
      for (let at = 100; at < steps; at++)
        for (let i = 0; i < 2; i++)
          totals[k]! += (mean[at]![i]! - states[at]![i]!) ** 2 / (2 * (steps - 100) * seeds.length);
    }
  }
  return totals;
}

describe('generalised filtering', () => {
  it.each([
    [0.2, [0.067, 0.083, 0.075]],
    [0.5, [0.113, 0.13, 0.098]],
    [1, [0.137, 0.134, 0.087]],
  ] as const)('at smoothness %d: the errors of Kalman, n = 2 and n = 4', async (s, expected) => {
    const found = await errors(s);
    for (const [k, error] of found.entries())
      expect(Math.abs(error / expected[k]! - 1), `${k}: ${error}`).toBeLessThan(0.15);
  });
});
