/** "Decided early" of the design, one test or more for each point: state, stages, time, noise, layers. */
import { describe, expect, it } from 'vitest';
import { topological } from '../../src/graph/index.js';
import { type Batch, createObjective } from '../../src/model/index.js';
import { outputsOf } from '../../src/program/index.js';
import { along, relativeError } from '../support/numbers.js';
import { inputsOf, runOn, setupOf } from '../support/setup.js';
import { cubicCell, decayCell, linearCell, oscillatorsCell, rotationCell } from '../support/users-cells.js';
import { adjointOf, gradientRequests, valueRequests } from '../support/verbs.js';
import type { OpenEngine } from './contract-suite.js';
import { pickRows } from './laws.js';

export function decisions(engine: OpenEngine, tolerance: number): void {
  const near = (found: ArrayLike<number>, expected: ArrayLike<number>, what?: string) =>
    expect(relativeError(found, expected), what).toBeLessThanOrEqual(tolerance);

  describe('decided early', () => {
    it('1: the state is a named tuple, with slices and concatenation inside a component', async () => {
      const setup = setupOf({
        cell: oscillatorsCell,
        noise: 'none',
        solver: 'euler',
        units: 2,
        inputs: 1,
        rows: 1,
        steps: 1,
      });
      const { parameters, state, batch } = setup;
      const { carries } = await runOn(engine(), setup.program, { carries: ['phase', 'motion'] }, inputsOf(setup));
      const [M, U] = [parameters.M!.data, parameters.U!.data];
      const [y0, y1, p0, p1] = state.motion! as unknown as [number, number, number, number];
      const phase = state.phase![0]!;
      const force = [0, 1].map(
        (i) => Math.cos(phase) * U[i]! * batch.inputs[0]! + Math.tanh(M[2 * i]! * y0 + M[2 * i + 1]! * y1),
      );
      near(carries.phase!, [phase + 0.2]);
      near(carries.motion!, [y0 + 0.2 * p0, y1 + 0.2 * p1, p0 + 0.2 * (force[0]! - y0), p1 + 0.2 * (force[1]! - y1)]);
    });

    it('2: what depends on parameters alone is computed once a run, and its adjoint too', () => {
      const setup = setupOf({ cell: rotationCell, noise: 'none', solver: 'euler' });
      for (const program of [setup.program, adjointOf(setup)]) {
        const requests = program === setup.program ? valueRequests(setup) : gradientRequests(setup);
        const kernel = engine().compile(program, requests);
        expect(topological(Object.values(kernel.program.prepare)).filter(({ op }) => op === 'product').length).toBe(8);
        for (const part of kernel.program.phases)
          for (const node of topological(outputsOf(part)))
            if (node.space === 'shared' && node.op !== 'input' && node.op !== 'constant')
              expect(['outer', 'sumRows', 'transpose'], `${part.name}: ${node.op}`).toContain(node.op);
      }
    });

    it('3: the final state goes out and in again: pieces make one long run, noise included', async () => {
      for (const noise of ['sde:add=0.2,mult=0.3', 'published:mult=0.3,add=0.1', 'dropout:rate=0.3']) {
        const setup = setupOf({ cell: 'lstm', noise, solver: 'euler', readout: 'every', rows: 3, steps: 7 });
        const inputs = inputsOf(setup);
        const requests = { carries: ['h', 'c', 'loss'], sequences: ['logits'] };
        const whole = await runOn(engine(), setup.program, requests, inputs);
        const piece = (from: number, to: number) =>
          Object.fromEntries(
            Object.entries(inputs.sequences!).map(([name, values]) => {
              const each = values.length / 3;
              const width = each / 7;
              const rows = [0, 1, 2].map((row) => values.subarray(row * each + from * width, row * each + to * width));
              return [name, Float64Array.from(rows.flatMap((row) => [...row]))];
            }),
          );
        const first = await runOn(engine(), setup.program, requests, { ...inputs, steps: 3, sequences: piece(0, 3) });
        const second = await runOn(engine(), setup.program, requests, {
          ...inputs,
          steps: 4,
          sequences: piece(3, 7),
          carries: { ...inputs.carries, ...first.carries },
          noise: { ...inputs.noise!, firstStep: 3 },
        });
        expect(second.carries).toEqual(whole.carries);
      }
    });

    it('4: rows of different lengths: padding of any kind changes nothing', async () => {
      const setup = setupOf({
        cell: cubicCell,
        noise: 'sde:add=0.2,mult=0.3',
        solver: 'euler',
        rows: 3,
        lengths: [2, 4, 1],
      });
      const objective = createObjective(setup.model, engine());
      const { batch, parameters, noise } = setup;
      const padded: Batch = {
        ...batch,
        inputs: Float64Array.from(batch.inputs, (x, i) =>
          Math.floor(i / 2) % 4 >= [2, 4, 1][Math.floor(i / 8)]! ? 1e3 : x,
        ),
      };
      const found = await objective.gradient(parameters, padded, noise);
      expect(await objective.gradient(parameters, batch, noise)).toEqual(found);
      const xGradient = await objective.inputGradient(parameters, padded, noise);
      const total: Record<string, Float64Array> = {};
      for (const [row, steps] of [2, 4, 1].entries()) {
        const alone: Batch = {
          rows: 1,
          steps,
          inputs: batch.inputs.slice(row * 8, row * 8 + steps * 2),
          labels: [batch.labels![row]!],
        };
        const own = { ...noise, samples: noise.samples.slice(row, row + 1) };
        const expected = await objective.gradient(parameters, alone, own);
        expect(pickRows(found.logits, 3, [row])).toEqual(expected.logits);
        for (const [name, { data }] of Object.entries(expected.gradient))
          total[name] = along(total[name] ?? new Float64Array(data.length), 1 / 3, data);
        near(
          xGradient.slice(row * 8, row * 8 + steps * 2),
          (await objective.inputGradient(parameters, alone, own)).map((x) => x / 3),
        );
        expect(xGradient.slice(row * 8 + steps * 2, row * 8 + 8).every((x) => x === 0)).toBe(true);
      }
      for (const [name, { data }] of Object.entries(found.gradient)) near(data, total[name]!, name);
    });

    it('4: given step sizes vary by step and row', async () => {
      const setup = setupOf({
        cell: decayCell,
        noise: 'none',
        solver: 'euler',
        step: 'given',
        units: 1,
        inputs: 1,
        rows: 3,
      });
      const { carries } = await runOn(engine(), setup.program, { carries: ['h'] }, inputsOf(setup));
      const { inputs, stepSizes } = setup.batch;
      const expected = [0, 1, 2].map((row) => {
        let h = setup.state.h![row]!;
        for (let step = row * 4; step < row * 4 + 4; step++)
          h -= stepSizes![step]! * Math.exp(setup.parameters.U!.data[0]! * inputs[step]!) * h;
        return h;
      });
      near(carries.h!, expected);
    });

    it('6: noise is keyed by sample, layer and channel; the antithetic path mirrors it', async () => {
      const setup = setupOf({
        cell: linearCell(-0.5),
        noise: 'independent:add=0.3',
        solver: 'euler',
        layers: 1,
        rows: 3,
      });
      const inputs = inputsOf(setup);
      const parameters = { rate: { shape: [1], data: Float64Array.of(-0.5) } };
      const h = async (sign: 1 | -1) => {
        return (
          await runOn(
            engine(),
            setup.program,
            { carries: ['h'] },
            { ...inputs, parameters, noise: { ...inputs.noise!, sign } },
          )
        ).carries.h!;
      };
      const [plus, minus] = [await h(1), await h(-1)];
      const mean = plus.map((value, i) => (value + minus[i]!) / 2);
      near(
        mean,
        setup.state.h!.map((value) => value * 0.9 ** 4),
        'additive noise cancels over the pair',
      );
      const streams = setupOf({ cell: 'noisy', noise: 'independent:add=0.1,mult=0.1', solver: 'euler', layers: 2 });
      expect(streams.draws.map((draw) => draw.attributes.stream).sort((a, b) => a - b)).toEqual([0, 1, 256, 257]);
    });

    it('6: the derivative with respect to each draw of an Ornstein–Uhlenbeck path', async () => {
      const setup = setupOf({
        cell: linearCell(-0.5),
        noise: 'sde:add=0.3',
        solver: 'euler',
        units: 2,
        rows: 3,
        steps: 4,
      });
      const inputs = inputsOf(setup);
      const given = { 'h^': Float64Array.from({ length: 6 }, (_, i) => i + 1) };
      const parameters = { ...inputs.parameters, rate: { shape: [1], data: Float64Array.of(-0.5) } };
      const seeded = { ...inputs, parameters, carries: { ...inputs.carries, 'loss^': new Float64Array(3), ...given } };
      const { sequences } = await runOn(engine(), adjointOf(setup), { sequences: ['noise#0^'] }, seeded);
      const expected = [0, 1, 2].flatMap((row) =>
        [0, 1, 2, 3].flatMap((step) =>
          [0, 1].map((unit) => given['h^'][row * 2 + unit]! * 0.3 * Math.sqrt(0.2) * 0.9 ** (3 - step)),
        ),
      );
      near(sequences['noise#0^']!, expected);
    });
  });
}
