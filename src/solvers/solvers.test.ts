import { describe, expect, it } from 'vitest';
import { type Cell, defineCell, parseCell } from '../cells/index.js';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { InputError } from '../errors.js';
import { add, sin } from '../graph/index.js';
import { buildLayer, buildModel } from '../model/index.js';
import { parseNoise } from '../noise/index.js';
import { phase, sequence } from '../program/index.js';
import { deriveKey, fillNoise } from '../random/index.js';
import { solverNamed, solvers } from './index.js';

/** h' = sin h + x, one unit a row. */
const waveCell: Cell = defineCell({
  name: 'wave',
  state: () => ({ h: 1 }),
  parameters: () => ({}),
  drift: ({ state: { h }, input }) => ({ h: add(sin(h), input) }),
});

const key = deriveKey(3, 'solver');
const [h, x, delta] = [0.7, 0.2, 0.4];
const f = (at: number) => Math.sin(at) + x;

async function step(solver: string, noise: string): Promise<number> {
  const layer = buildLayer(
    {
      cell: waveCell,
      units: 1,
      noise: parseNoise(noise),
      solver: solverNamed(solver),
      step: { kind: 'fixed', delta },
    },
    1,
  );
  const { carries } = layer.step(sequence('x', 1), { noisy: true, masked: false });
  const program = { prepare: {}, finish: {}, phases: [phase('step', 'scan', { carries })] };
  const found = await createReferenceEngine()
    .compile(program, { carries: ['h'] })
    .run({
      rows: 1,
      steps: 1,
      parameters: {},
      sequences: { x: Float64Array.of(x) },
      carries: { h: Float64Array.of(h) },
      noise: { key, samples: Uint32Array.of(0) },
    });
  return found.carries.h![0]!;
}

function normalDrawn(): number {
  const out = new Float64Array(1);
  fillNoise('normal', { key, stream: 0, step: 0, sample: 0, units: 1 }, out);
  return out[0]!;
}

describe('one step, written out', () => {
  it('Heun: predictor and corrector, in drift and diffusion alike', async () => {
    const [s1, s2, eps] = [0.3, 0.5, 0.8];
    const g = (at: number) => s1 + s2 * f(at);
    const corrected = (at: number) => f(at) - 0.5 * eps ** 2 * g(at) * s2 * Math.cos(at);
    const kick = eps * Math.sqrt(delta) * normalDrawn();
    const ahead = h + delta * corrected(h) + kick * g(h);
    const expected = h + (delta / 2) * (corrected(h) + corrected(ahead)) + (kick / 2) * (g(h) + g(ahead));
    expect(await step('heun', `sde:add=${s1},mult=${s2},eps=${eps}`)).toBeCloseTo(expected, 13);
  });

  it('Heun without noise is the trapezoidal predictor-corrector', async () => {
    expect(await step('heun', 'none')).toBeCloseTo(h + (delta / 2) * (f(h) + f(h + delta * f(h))), 14);
  });

  it('RK4', async () => {
    const k1 = f(h);
    const k2 = f(h + (delta / 2) * k1);
    const k3 = f(h + (delta / 2) * k2);
    const k4 = f(h + delta * k3);
    expect(await step('rk4', 'none')).toBeCloseTo(h + (delta / 6) * (k1 + 2 * k2 + 2 * k3 + k4), 14);
  });

  it('Euler–Maruyama', async () => {
    expect(await step('euler', 'sde:add=0.3')).toBeCloseTo(
      h + delta * f(h) + Math.sqrt(delta) * 0.3 * normalDrawn(),
      14,
    );
  });
});

describe('combinations that are refused when the model is built', () => {
  const build =
    (cell: string, noise: string, solver: string, kind: 'fixed' | 'learned' = 'fixed', size?: number) =>
    () =>
      buildModel({
        layers: [
          {
            cell: parseCell(cell),
            units: 3,
            noise: parseNoise(noise),
            solver: solverNamed(solver),
            step: { kind, delta: size ?? (parseCell(cell).step === undefined ? 0.1 : 1) },
          },
        ],
        inputs: 1,
        outputs: 2,
        readout: 'last',
      });

  it.each<[() => unknown, RegExp]>([
    [build('noisy', 'sde:add=0.1', 'rk4'), /solver rk4 does not fit model noisy: it has no noise term.*--noise none/],
    [build('noisy', 'published:mult=0.1', 'rk4'), /rk4.*published/],
    [build('gru', 'none', 'rk4'), /rk4.*gru.*discrete step.*--solver euler/],
    [build('lstm', 'none', 'heun'), /heun.*lstm.*discrete step.*--solver euler/],
    [build('noisy', 'published:mult=0.1', 'heun'), /heun.*published.*no diffusion.*--solver euler/],
    [build('antisymmetric', 'dropout:rate=0.1', 'heun'), /heun.*dropout/],
    [build('elman', 'none', 'euler', 'fixed', 0.1), /elman is a discrete step: its step size is 1/],
    [build('gru', 'none', 'euler', 'learned'), /gru is a discrete step/],
    [build('noisy', 'none', 'euler', 'fixed', 0), /step size must be a positive number, got 0/],
    [build('noisy', 'none', 'euler', 'fixed', Number.NaN), /step size must be a positive number, got NaN/],
    [() => solverNamed('milstone'), /unknown solver "milstone"; known: euler, heun, milstein, rk4/],
  ])('%#', (attempt, message) => {
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });

  it('noise of amplitude zero fits every solver', () => {
    expect(build('noisy', 'sde:add=0', 'rk4')).not.toThrow();
    expect(build('noisy', 'sde:add=0.3,eps=0', 'rk4')).not.toThrow();
  });

  it('each solver declares its calculus', () => {
    expect(Object.fromEntries(Object.values(solvers).map(({ name, calculus }) => [name, calculus]))).toMatchObject({
      euler: 'ito',
      heun: 'stratonovich',
      rk4: 'none',
    });
  });
});
