/** "Decided early", points 3, 5 and 7: cotangents anywhere, many tangents at once, programs made of layers. */
import { describe, expect, it } from 'vitest';
import { concat, isElementwise, matmul, mergeEqual, sum, topological } from '../../src/graph/index.js';
import { buildLayer } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import {
  adjointProgram,
  carry,
  hoist,
  outputsOf,
  type Program,
  phase,
  sequence,
  shared,
  tangentProgram,
} from '../../src/program/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { dot, normals, relativeError } from '../support/numbers.js';
import { inputsOf, runOn, setupOf } from '../support/setup.js';
import { cubicCell, mixerCell } from '../support/users-cells.js';
import { adjointOf, gradientRequests, hessianVector, tangentOf, withTangent } from '../support/verbs.js';
import type { OpenEngine } from './contract-suite.js';

export function derivativeDecisions(engine: OpenEngine, tolerance: number): void {
  const near = (found: ArrayLike<number>, expected: ArrayLike<number>, what?: string) =>
    expect(relativeError(found, expected), what).toBeLessThanOrEqual(tolerance);

  describe('decided early: derivatives', () => {
    it('3: a loss on one step alone is the loss of the sequence cut there', async () => {
      const of = { cell: 'lstm', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', rows: 3, steps: 4 } as const;
      const every = setupOf({ ...of, readout: 'every' });
      const last = setupOf(of);
      const inputs = inputsOf(every);
      for (const step of [0, 2, 3]) {
        const stepWeight = Float64Array.from({ length: 12 }, (_, i) => (i % 4 === step ? 1 : 0));
        const weighted = { ...inputs, sequences: { ...inputs.sequences, stepWeight } };
        const found = await runOn(engine(), adjointOf(every), gradientRequests(every), weighted);
        const x = Float64Array.from(
          [0, 1, 2].flatMap((row) => [...every.batch.inputs.slice(row * 8, row * 8 + 2 * step + 2)]),
        );
        const cut = inputsOf({ ...last, batch: { ...last.batch, steps: step + 1, inputs: x } });
        const expected = await runOn(engine(), adjointOf(last), gradientRequests(last), cut);
        for (const [name, { data }] of Object.entries(expected.shared)) near(found.shared[name]!.data, data, name);
        near(found.carries['h^']!, expected.carries['h^']!);
      }
    });

    it('3: cotangents of the final state go in, those of the initial state come out: pieces chain', async () => {
      const of = { cell: cubicCell, noise: 'sde:add=0.2,mult=0.3', solver: 'euler', rows: 3, units: 4 } as const;
      const setup = setupOf({ ...of, steps: 6 });
      const inputs = inputsOf(setup);
      const program: Program = { ...setup.program, phases: setup.program.phases.slice(0, 1) };
      const adjoint = adjointProgram(program);
      const requests = { carries: ['h', 'h^'], shared: ['W^', 'U^'] };
      const ends = normals(createGenerator(3, 'ends'), 12);
      const whole = await runOn(engine(), adjoint, requests, { ...inputs, carries: { ...inputs.carries, 'h^': ends } });
      const half = (which: 0 | 1) =>
        Float64Array.from(
          [0, 1, 2].flatMap((row) => [...setup.batch.inputs.slice(row * 12 + which * 6, row * 12 + which * 6 + 6)]),
        );
      const piece = (which: 0 | 1, h: Float64Array, cotangent: Float64Array) =>
        runOn(engine(), adjoint, requests, {
          ...inputs,
          steps: 3,
          sequences: { x: half(which) },
          carries: { h, 'h^': cotangent },
          noise: { ...inputs.noise!, firstStep: 3 * which },
        });
      const middle = (await piece(0, setup.state.h!, new Float64Array(12))).carries.h!;
      const second = await piece(1, middle, ends);
      const first = await piece(0, setup.state.h!, second.carries['h^']!);
      near(first.carries['h^']!, whole.carries['h^']!);
      for (const name of ['W^', 'U^'])
        near(
          first.shared[name]!.data.map((value, i) => value + second.shared[name]!.data[i]!),
          whole.shared[name]!.data,
          name,
        );
    });

    it('5: several tangents share one primal, and each is what it is alone', async () => {
      const setup = setupOf({ cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'heun', rows: 3 });
      const { v, w } = setup.directions;
      const both = tangentOf(setup, tangentOf(setup, setup.program, 'v'), 'w');
      const inputs = withTangent(withTangent(inputsOf(setup), 'v', v), 'w', w);
      const requests = { carries: ['h', 'h~v', 'h~w', 'logits~v', 'logits~w'] };
      const together = await runOn(engine(), both, requests, inputs);
      for (const label of ['v', 'w'] as const) {
        const names = [`h~${label}`, `logits~${label}`];
        const program = tangentOf(setup, setup.program, label);
        const alone = await runOn(engine(), program, { carries: names }, inputs);
        for (const name of names) near(together.carries[name]!, alone.carries[name]!, name);
      }
      // One primal: adding tangents adds no further tanh.
      const tanhs = (program: Program) =>
        engine()
          .compile(program, { carries: requests.carries.filter((name) => program === both || name === 'h') })
          .program.phases.flatMap((part) => topological(mergeEqual(outputsOf(part))))
          .filter((node) => isElementwise(node, 'tanh')).length;
      expect(tanhs(both)).toBe(tanhs(setup.program));
    });

    it('5: the tangent of the adjoint is symmetric, and so is the tangent of a tangent', async () => {
      const setup = setupOf({ cell: cubicCell, noise: 'sde:add=0.2,mult=0.3', solver: 'heun', rows: 3 });
      const { v, w } = setup.directions;
      const swapped = { ...setup, directions: { v: w, w: v } };
      const pair = async (of: typeof setup) => {
        const product = await hessianVector(engine(), of);
        const by = of.directions.w;
        return (
          dot(product['sequence x^~v']!, by.inputs) +
          dot(product['carry h^~v']!, by.state.h!) +
          dot(product['sequence noise#0^~v']!, by.noise[0]!) +
          Object.entries(by.parameters).reduce(
            (total, [name, { data }]) => total + dot(product[`shared ${name}^~v`]!, data),
            0,
          )
        );
      };
      near([await pair(setup)], [await pair(swapped)]);
    });

    it('7: two layers stack, and one reads the other backwards', async () => {
      const spec = {
        cell: mixerCell,
        noise: parseNoise('none'),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta: 1 },
      } as const;
      const ahead = buildLayer({ ...spec, units: 3 }, 2, 0);
      const back = buildLayer({ ...spec, units: 2 }, 2, 1);
      const top = buildLayer({ ...spec, units: 4 }, 5, 2);
      const options = { noisy: false, masked: false };
      const one = ahead.step(sequence('x', 2), options);
      const two = back.step(sequence('x', 2), options);
      const three = top.step(concat([sequence('ahead', 3), sequence('back', 2)]), options);
      const program = hoist({
        prepare: {},
        finish: {},
        phases: [
          phase('ahead', 'scan', { carries: one.carries, sequences: { ahead: one.output } }),
          phase('back', 'scan', { carries: two.carries, sequences: { back: two.output }, reverse: true }),
          phase('top', 'scan', { carries: three.carries, sequences: { out: three.output } }),
          phase('loss', 'once', { carries: { loss: sum(matmul(shared('r', [1, 4]), carry('layer2.h', 4))) } }),
        ],
      });
      const shapes = { ...ahead.parameters, ...back.parameters, ...top.parameters, r: { shape: [1, 4] } };
      const generator = createGenerator(8, 'bidirectional');
      const draw = () =>
        Object.fromEntries(
          Object.entries(shapes).map(([name, { shape }]) => [
            name,
            {
              shape,
              data: normals(
                generator,
                shape.reduce((a, b) => a * b, 1),
                0.5,
              ),
            },
          ]),
        );
      const [parameters, direction] = [draw(), draw()];
      const [rows, steps] = [2, 5];
      const inputs = { rows, steps, parameters, sequences: { x: normals(generator, rows * steps * 2) } };
      const { sequences } = await runOn(engine(), program, { sequences: ['ahead', 'back', 'out'] }, inputs);
      // Each layer by itself, the second on reversed time.
      const layerAlone = (prefix: string, x: Float64Array, width: number, units: number) =>
        simulate(x, { rows, steps, width, units }, (name) => parameters[prefix + name]!.data);
      near(sequences.ahead!, layerAlone('', inputs.sequences.x, 2, 3));
      near(sequences.back!, reversed(layerAlone('layer1.', reversed(inputs.sequences.x, rows, 2), 2, 2), rows, 2));
      const features = new Float64Array(rows * steps * 5);
      for (let i = 0; i < rows * steps; i++) {
        features.set(sequences.ahead!.subarray(i * 3, i * 3 + 3), i * 5);
        features.set(sequences.back!.subarray(i * 2, i * 2 + 2), i * 5 + 3);
      }
      near(sequences.out!, layerAlone('layer2.', features, 5, 4));
      // Reverse mode through all four phases equals forward mode.
      const names = Object.keys(shapes);
      const { shared: gradient } = await runOn(
        engine(),
        adjointProgram(program),
        { shared: names.map((name) => `${name}^`) },
        { ...inputs, carries: { 'loss^': new Float64Array(rows).fill(1) } },
      );
      const tangents = Object.fromEntries(names.map((name) => [`${name}~v`, direction[name]!]));
      const { carries } = await runOn(
        engine(),
        tangentProgram(program, { label: 'v', parameters: () => true }),
        { carries: ['loss~v'] },
        { ...inputs, parameters: { ...parameters, ...tangents } },
      );
      const slope = names.reduce((total, name) => total + dot(gradient[`${name}^`]!.data, direction[name]!.data), 0);
      near([slope], [carries['loss~v']![0]! + carries['loss~v']![1]!]);
    });
  });
}

interface Extents {
  readonly rows: number;
  readonly steps: number;
  readonly width: number;
  readonly units: number;
}

/** h⁺ = tanh(W h + U x + b) in plain loops; [rows, steps, width] → [rows, steps, units]. */
function simulate(x: Float64Array, { rows, steps, width, units }: Extents, at: (name: string) => Float64Array) {
  const out = new Float64Array(rows * steps * units);
  for (let row = 0; row < rows; row++) {
    let h = new Float64Array(units);
    for (let step = 0; step < steps; step++) {
      const input = x.subarray((row * steps + step) * width, (row * steps + step + 1) * width);
      h = h.map((_, i) =>
        Math.tanh(
          dot(at('W').subarray(i * units, (i + 1) * units), h) +
            dot(at('U').subarray(i * width, (i + 1) * width), input) +
            at('b')[i]!,
        ),
      );
      out.set(h, (row * steps + step) * units);
    }
  }
  return out;
}

/** [rows, steps, width] with each row's steps in the opposite order. */
function reversed(values: Float64Array, rows: number, width: number): Float64Array {
  const steps = values.length / rows / width;
  const out = new Float64Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let step = 0; step < steps; step++) {
      const from = (row * steps + step) * width;
      out.set(values.subarray(from, from + width), (row * steps + steps - 1 - step) * width);
    }
  return out;
}
