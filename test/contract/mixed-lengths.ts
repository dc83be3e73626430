/** A batch of rows of different lengths gives each row what it gets alone, cut to its own length. */
import { describe, expect, it } from 'vitest';
import { type Batch, createObjective } from '../../src/model/index.js';
import { along, relativeError } from '../support/numbers.js';
import { type Case, type Setup, setupOf, titleOf } from '../support/setup.js';
import type { OpenEngine } from './contract-suite.js';

const noisy = { cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'euler' } as const;
const gru = { cell: 'gru', noise: 'dropout:rate=0.3', solver: 'euler', units: 3 } as const;
const of = { rows: 5, steps: 6, lengths: [2, 6, 1, 5, 3] } as const;

/** Each kind of stack with both readouts. */
const cases: readonly Case[] = (['last', 'every'] as const).flatMap((readout) => [
  { ...noisy, ...of, readout },
  { ...noisy, ...of, readout, above: [gru], initialState: 'learned:scale=0.3' },
  { ...noisy, ...of, readout, bidirectional: true },
  { ...noisy, ...of, readout, bidirectional: true, above: [{ ...gru, bidirectional: true }, noisy] },
  { ...noisy, ...of, readout, loss: 'mse', per: readout === 'every' ? ('step' as const) : ('row' as const) },
  { ...gru, ...of, readout, weights: [0.5, 2, 1.25], ...(readout === 'every' ? { per: 'step' as const } : {}) },
]);

/** The first `share` of what belongs to a row. */
function cut(values: ArrayLike<number>, row: number, rows: number, share: number): number[] {
  const width = values.length / rows;
  return Array.from({ length: width * share }, (_, i) => values[row * width + i]!);
}

function alone({ model, batch, noise }: Setup, row: number) {
  const { inputs, steps, rows, labels, stepLabels, targets, lengths } = batch;
  const perStep = targets?.length === rows * steps * model.spec.outputs;
  const width = inputs.length / rows / steps;
  const own: Batch = {
    rows: 1,
    steps: lengths![row]!,
    inputs: inputs.slice(row * steps * width, (row * steps + lengths![row]!) * width),
    labels: [labels![row]!],
    ...(stepLabels && { stepLabels: cut(stepLabels, row, rows, lengths![row]! / steps) }),
    ...(targets && { targets: Float64Array.from(cut(targets, row, rows, perStep ? lengths![row]! / steps : 1)) }),
  };
  return { batch: own, noise: { ...noise, samples: noise.samples.slice(row, row + 1) } };
}

export function mixedLengths(engine: OpenEngine, tolerance: number): void {
  describe.each(cases.map((each) => [titleOf(each), each] as const))('mixed lengths: %s', (_, each) => {
    const setup = setupOf(each, 3);
    const { parameters, batch, noise } = setup;
    const rows = [...Array(batch.rows).keys()];
    const direction = setup.directions.v.parameters;
    const sums = (parts: readonly Readonly<Record<string, { data: Float64Array }>>[]) => {
      const total: Record<string, Float64Array> = {};
      for (const part of parts)
        for (const [name, { data }] of Object.entries(part))
          total[name] = along(total[name] ?? new Float64Array(data.length), 1 / rows.length, data);
      return total;
    };

    it('logits and losses to the bit, gradients and H·v as the mean over rows', async () => {
      const objective = createObjective(setup.model, engine());
      const found = await objective.gradient(parameters, batch, noise);
      const product = await objective.hessianVector(parameters, batch, direction, noise);
      const inputGradient = await objective.inputGradient(parameters, batch, noise);
      const gradients = [];
      const products = [];
      for (const row of rows) {
        const own = alone(setup, row);
        const value = await objective.gradient(parameters, own.batch, own.noise);
        expect(found.losses[row], `loss of row ${row}`).toBe(value.losses[0]);
        const start = (row * found.logits.length) / rows.length;
        expect(found.logits.slice(start, start + value.logits.length)).toEqual(value.logits);
        gradients.push(value.gradient);
        products.push(await objective.hessianVector(parameters, own.batch, direction, own.noise));
        const slope = await objective.inputGradient(parameters, own.batch, own.noise);
        const from = (row * inputGradient.length) / rows.length;
        const mean = slope.map((value) => value / rows.length);
        expect(relativeError(inputGradient.slice(from, from + mean.length), mean)).toBeLessThanOrEqual(tolerance);
        const beyond = inputGradient.slice(from + mean.length, from + inputGradient.length / rows.length);
        expect(beyond.every((value) => value === 0)).toBe(true);
      }
      for (const [total, expected] of [
        [found.gradient, sums(gradients)],
        [product, sums(products)],
      ] as const)
        for (const [name, values] of Object.entries(expected))
          expect(relativeError(total[name]!.data, values), name).toBeLessThanOrEqual(tolerance);
    });
  });

  it('the final state goes on: two halves of a sequence end where the whole does, from a learned start', async () => {
    const setup = setupOf({ ...noisy, above: [gru], initialState: 'learned:scale=0.3', rows: 2, steps: 6 }, 3);
    const objective = createObjective(setup.model, engine());
    const { parameters, noise, batch } = setup;
    const half = (which: 0 | 1): Batch => ({
      rows: 2,
      steps: 3,
      inputs: Float64Array.from(
        [0, 12].flatMap((row) => [...batch.inputs.slice(row + which * 6, row + which * 6 + 6)]),
      ),
    });
    const middle = await objective.finalState(parameters, half(0), noise);
    const rest = { ...half(1), state: middle };
    const later = { ...noise, firstStep: 3 };
    expect(await objective.finalState(parameters, rest, later)).toEqual(
      await objective.finalState(parameters, batch, noise),
    );
    expect(await objective.logits(parameters, rest, later)).toEqual(await objective.logits(parameters, batch, noise));
  });
}
