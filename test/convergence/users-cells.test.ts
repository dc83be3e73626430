/** Known facts of the classics that users' cells stand for: what a cell of ten lines can be used for. */
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { buildLayer, initialise } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { type Program, phase, sequence, tangentProgram } from '../../src/program/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { lorenzCell, pendulumCell } from '../support/users-cells.js';

const engine = createReferenceEngine();

function walk(cell: Cell, delta: number, trace?: string) {
  const layer = buildLayer(
    { cell, units: 1, noise: parseNoise('none'), solver: solverNamed('rk4'), step: { kind: 'fixed', delta } },
    1,
  );
  const { carries } = layer.step(sequence('drive', 1), { noisy: false, masked: false });
  const sequences = trace === undefined ? {} : { trace: carries[trace]! };
  const program: Program = { prepare: {}, finish: {}, phases: [phase('steps', 'scan', { carries, sequences })] };
  return { program, parameters: initialise(layer.parameters, 1) };
}

describe('Lorenz-63', () => {
  const names = ['x', 'y', 'z'];

  it('rests at its fixed points', async () => {
    const { program, parameters } = walk(lorenzCell, 0.01);
    const beta = parameters.beta!.data[0]!;
    const side = Math.sqrt(beta * 27);
    const carries = { x: Float64Array.of(side, 0), y: Float64Array.of(side, 0), z: Float64Array.of(27, 0) };
    const kernel = engine.compile(program, { carries: names });
    const found = await kernel.run({ rows: 2, steps: 100, parameters, carries });
    for (const name of ['x', 'y', 'z'] as const)
      for (const [row, value] of carries[name].entries()) expect(found.carries[name]![row]).toBeCloseTo(value, 9);
  });

  it('contracts volumes at the rate −(σ + 1 + β), seen by three tangents at once', async () => {
    const { program, parameters } = walk(lorenzCell, 0.002);
    const tangents = names.reduce((so, label) => tangentProgram(so, { label, carries: names }), program);
    const requested = names.flatMap((of) => names.map((label) => `${of}~${label}`));
    const start = { x: Float64Array.of(1), y: Float64Array.of(2), z: Float64Array.of(20) };
    const identity = Object.fromEntries(names.map((name) => [`${name}~${name}`, Float64Array.of(1)]));
    const steps = 250;
    const found = await engine
      .compile(tangents, { carries: requested })
      .run({ rows: 1, steps, parameters, carries: { ...start, ...identity } });
    const m = requested.map((name) => found.carries[name]![0]!) as [
      ...[number, number, number],
      ...[number, number, number],
      ...[number, number, number],
    ];
    const determinant =
      m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
    expect(Math.log(determinant) / (steps * 0.002)).toBeCloseTo(-(10 + 1 + parameters.beta!.data[0]!), 4);
  });
});

describe('a pendulum with learned constants', () => {
  it('finds stiffness and damping from the angle alone, by Gauss–Newton on two tangents', async () => {
    const { program, parameters } = walk(pendulumCell, 0.05, 'angle');
    const labels = ['logStiffness', 'logDamping'];
    const tangents = labels.reduce(
      (so, label) => tangentProgram(so, { label, parameters: (name) => name === label }),
      program,
    );
    const kernel = engine.compile(tangents, { sequences: ['trace', ...labels.map((label) => `trace~${label}`)] });
    const one = { shape: [1], data: Float64Array.of(1) };
    const swing = async (constants: readonly number[]) => {
      const own = Object.fromEntries(
        labels.flatMap((label, index) => [
          [label, { shape: [1], data: Float64Array.of(constants[index]!) }],
          [`${label}~${label}`, one],
        ]),
      );
      const { sequences } = await kernel.run({
        rows: 1,
        steps: 100,
        parameters: { ...parameters, ...own },
        sequences: { drive: new Float64Array(100) },
        carries: { angle: Float64Array.of(1.5), velocity: Float64Array.of(0) },
      });
      return [sequences.trace!, sequences['trace~logStiffness']!, sequences['trace~logDamping']!] as const;
    };
    const truth = [0.4, -0.7];
    const [seen] = await swing(truth);
    let guess: [number, number] = [0, -1];
    for (let iteration = 0; iteration < 12; iteration++) {
      const [angle, a, b] = await swing(guess);
      let [aa, ab, bb, ar, br] = [0, 0, 0, 0, 0];
      for (const [i, value] of angle.entries()) {
        const residual = seen[i]! - value;
        aa += a[i]! * a[i]!;
        ab += a[i]! * b[i]!;
        bb += b[i]! * b[i]!;
        ar += a[i]! * residual;
        br += b[i]! * residual;
      }
      const determinant = aa * bb - ab * ab;
      guess = [guess[0] + (bb * ar - ab * br) / determinant, guess[1] + (aa * br - ab * ar) / determinant];
    }
    expect(guess[0]).toBeCloseTo(truth[0]!, 9);
    expect(guess[1]).toBeCloseTo(truth[1]!, 9);
  });
});
