import { describe, expect, it } from 'vitest';
import { type Cell, defineCell, parseCell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { InputError } from '../../src/errors.js';
import { multiply, type Node, sin, square, substitute } from '../../src/graph/index.js';
import { buildModel, initialise } from '../../src/model/index.js';
import { diffusion, type NoiseScheme, parseNoise, type UnitChannel } from '../../src/noise/index.js';
import { mapPhase, sequence } from '../../src/program/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { brownian, coarsen, integrate } from '../support/paths.js';
import { meanOf } from '../support/statistics.js';
import { linearCell, pendulumCell } from '../support/users-cells.js';

const reference = createReferenceEngine();
const paths = 600;
const finest = 64;

/** Mean |h_T − exact| over paths at each step size, T = 1, h_0 = 1, all on the same Brownian paths. */
async function strongErrors(solver: string, noise: NoiseScheme, exact: (W: number) => number): Promise<number[]> {
  const generator = createGenerator(3, 'brownian paths');
  const increments = Float64Array.from({ length: paths * finest }, () => generator.normal() / Math.sqrt(finest));
  const errors: number[] = [];
  for (const steps of [8, 16, 32, 64]) {
    const delta = 1 / steps;
    const layer = {
      cell: linearCell(0.5),
      units: 1,
      noise,
      solver: solverNamed(solver),
      step: { kind: 'fixed', delta } as const,
    };
    const model = buildModel({ layers: [layer], inputs: 1, outputs: 2, readout: 'last' });
    const program = model.program({ noisy: true, loss: false });
    const given = (node: Node) => (node.op === 'noise' ? sequence('normals', 1) : undefined);
    const phases = program.phases.map((part) => mapPhase(part, (nodes) => substitute(nodes, given)));
    const kernel = reference.compile({ ...program, phases }, { carries: ['h'] });
    const normals = new Float64Array(paths * steps);
    const each = finest / steps;
    for (let i = 0; i < normals.length * each; i++) normals[Math.floor(i / each)]! += increments[i]! / Math.sqrt(delta);
    const found = await kernel.run({
      rows: paths,
      steps,
      parameters: initialise(model.parameters, 1),
      carries: { h: new Float64Array(paths).fill(1) },
      sequences: { normals },
    });
    let total = 0;
    for (let path = 0; path < paths; path++) {
      const W = increments.subarray(path * finest, (path + 1) * finest).reduce((a, b) => a + b, 0);
      total += Math.abs(found.carries.h![path]! - exact(W));
    }
    errors.push(total / paths);
  }
  return errors;
}

/** Least-squares slope of log₂ error against log₂ δ. */
function order(errors: readonly number[]): number {
  const logs = errors.map(Math.log2);
  return -logs.reduce((total, y, i) => total + (i - 1.5) * y, 0) / 5;
}

const diagonal = (amplitude: UnitChannel['amplitude']) => diffusion('own', 1, [{ kind: 'diagonal', amplitude }]);

describe('strong order on geometric Brownian motion, exact solution on the same path', () => {
  const exact = (W: number) => Math.exp(0.5 - 0.5 * 0.8 ** 2 + 0.8 * W);
  it.each([
    ['scalar noise', parseNoise('scalar:mult=0.8')],
    ['a user’s diagonal noise 0.8·h', diagonal((h) => multiply(0.8, h))],
    ['noise that follows the drift of one unit', parseNoise('sde:mult=1.6')],
  ])('is 1 for %s, where Euler–Maruyama has ½', async (_, noise) => {
    // Slopes scatter by about 0.03 over seeds.
    expect(Math.abs(order(await strongErrors('milstein', noise, exact)) - 1)).toBeLessThan(0.12);
    expect(Math.abs(order(await strongErrors('euler', noise, exact)) - 0.5)).toBeLessThan(0.15);
  });
});

it('is strong order 1 for noise that follows a nonlinear drift, at N = 1', async () => {
  const pulled = defineCell({
    name: 'pulled',
    state: () => ({ h: 1 }),
    parameters: () => ({}),
    drift: ({ state: { h } }) => ({ h: sin(multiply(2, h)) }),
  });
  const equation = { cell: pulled, noise: 'sde:add=0.3,mult=0.5', units: 1, start: 0.3, duration: 1 };
  const fine = brownian(5, 400, 2048, 1, 1);
  // Heun converges to the same Itô solution by another correction.
  const truth = await integrate({ ...equation, solver: 'heun' }, fine);
  const slopes: Record<string, number> = {};
  for (const solver of ['milstein', 'euler']) {
    const errors: Float64Array[] = [];
    for (const steps of [8, 16, 32, 64])
      errors.push(
        (await integrate({ ...equation, solver }, coarsen(fine, steps))).map((x, i) => Math.abs(x - truth[i]!)),
      );
    slopes[solver] = order(errors.map(meanOf));
  }
  // As above, slopes scatter by about 0.03 over seeds.
  expect(Math.abs(slopes.milstein! - 1)).toBeLessThan(0.12);
  expect(Math.abs(slopes.euler! - 0.5)).toBeLessThan(0.15);
});

it('is Euler–Maruyama for additive noise', async () => {
  const noise = parseNoise('sde:add=0.3');
  expect(await strongErrors('milstein', noise, (W) => W)).toEqual(await strongErrors('euler', noise, (W) => W));
});

describe('refuses, when the model is built, what it cannot integrate', () => {
  const build =
    (cell: string | Cell, noise: NoiseScheme, units = 3) =>
    () => {
      const own = typeof cell === 'string' ? parseCell(cell) : cell;
      const step = { kind: 'fixed', delta: own.step ? 1 : 0.1 } as const;
      return buildModel({
        layers: [{ cell: own, units, noise, solver: solverNamed('milstein'), step }],
        inputs: 1,
        outputs: 2,
        readout: 'last',
      });
    };
  it.each([
    ['sde:mult=0.1', /does not commute/],
    ['independent:add=0.1,mult=0.1', /does not commute/],
    ['published:mult=0.1', /defines a whole Euler step/],
    ['dropout:rate=0.1', /defines a whole Euler step/],
  ])('%s', (noise, message) => {
    expect(build('noisy', parseNoise(noise))).toThrow(message);
    expect(build('noisy', parseNoise(noise))).toThrow(InputError);
  });
  it('a discrete cell', () => expect(build('elman', parseNoise('sde:add=0.1'))).toThrow(/discrete step/));
  it('noise that follows the drift, but not of one unit with one channel: two do not commute even there', () => {
    for (const noise of ['sde:mult=0.1', 'sde:add=0.2,mult=0.1', 'independent:mult=0.1'])
      expect(build('noisy', parseNoise(noise), 1)).not.toThrow();
    // Noise acts on the velocity alone.
    expect(build(pendulumCell, parseNoise('sde:add=0.2,mult=0.1'))).not.toThrow();
    // g_1 = σ1 and g_2 = σ2 f: (Dg_2)g_1 = σ1 σ2 f' and (Dg_1)g_2 = 0.
    expect(build('noisy', parseNoise('independent:add=0.1,mult=0.1'), 1)).toThrow(/does not commute/);
    expect(build('noisy', parseNoise('sde:mult=0.1'), 2)).toThrow(/does not commute/);
  });
  it('and accepts the rest', () => {
    for (const noise of ['none', 'sde:add=0.1', 'independent:add=0.1', 'scalar:mult=0.3'])
      expect(build('noisy', parseNoise(noise))).not.toThrow();
    expect(
      build(
        'noisy',
        diagonal((h) => square(h)),
      ),
    ).not.toThrow();
  });
});
