/** Laws of runs: what permuting, splitting, repeating and mistaking inputs must do on any engine. */
import { describe, expect, it } from 'vitest';
import type { RunInputs, RunOutputs, Values } from '../../src/engine/engine.js';
import { InputError } from '../../src/errors.js';
import type { Program } from '../../src/program/index.js';
import { createGenerator } from '../../src/random/index.js';
import { relativeError } from '../support/numbers.js';
import { type Case, inputsOf, runOn, type Setup, setupOf, titleOf } from '../support/setup.js';
import { adjointOf, gradientRequests, valueRequests } from '../support/verbs.js';
import type { OpenEngine } from './contract-suite.js';

/** One of each distribution, with several components, layers, lengths and step sizes between them. */
const cases: readonly Case[] = [
  { cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'heun', step: 'given', rows: 11, lengths: lengthsOf(11) },
  { cell: 'lstm', noise: 'published:mult=0.3,add=0.1', solver: 'euler', readout: 'every', rows: 5, steps: 6 },
  { cell: 'gru', noise: 'dropout:rate=0.4', solver: 'euler', layers: 2, rows: 9, units: 7, lengths: lengthsOf(9) },
  { cell: 'lstm', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', bidirectional: true, rows: 9, lengths: lengthsOf(9) },
];

function lengthsOf(rows: number): number[] {
  return Array.from({ length: rows }, (_, row) => 1 + ((3 * row + 2) % 4));
}

/** The rows `chosen` of every value that has rows. */
export function rowsOf(inputs: RunInputs, chosen: readonly number[]): RunInputs {
  const pick = (values: Values) => pickRows(Float64Array.from(values), inputs.rows, chosen);
  const all = (of: Readonly<Record<string, Values>> = {}) =>
    Object.fromEntries(Object.entries(of).map(([name, values]) => [name, pick(values)]));
  const noise = inputs.noise && {
    ...inputs.noise,
    samples: Uint32Array.from(chosen, (row) => inputs.noise!.samples[row]!),
  };
  return {
    ...inputs,
    rows: chosen.length,
    carries: all(inputs.carries),
    sequences: all(inputs.sequences),
    ...(noise === undefined ? {} : { noise }),
  };
}

export function pickRows(values: Float64Array, rows: number, chosen: readonly number[]): Float64Array {
  const width = values.length / rows;
  const picked = new Float64Array(chosen.length * width);
  for (const [position, row] of chosen.entries())
    picked.set(values.subarray(row * width, (row + 1) * width), position * width);
  return picked;
}

/** Everything that has rows: values, their gradients. */
export function rowResults({ carries, sequences }: RunOutputs): Record<string, Float64Array> {
  return {
    ...carries,
    ...Object.fromEntries(Object.entries(sequences).map(([name, values]) => [`${name}[]`, values])),
  };
}

function everything(setup: Setup): { program: Program; requests: ReturnType<typeof gradientRequests> } {
  const [values, gradients] = [valueRequests(setup), gradientRequests(setup)];
  return {
    program: adjointOf(setup),
    requests: {
      shared: gradients.shared ?? [],
      carries: [...(values.carries ?? []), ...(gradients.carries ?? [])],
      sequences: [...(values.sequences ?? []), ...(gradients.sequences ?? [])],
    },
  };
}

export function runLaws(engine: OpenEngine): void {
  describe.each(cases.map((of) => [titleOf(of), of] as const))('laws of runs: %s', (_, of) => {
    const setup = setupOf(of, 5);
    const inputs = inputsOf(setup);
    const { program, requests } = everything(setup);
    const run = (changed: RunInputs) => runOn(engine(), program, requests, changed);
    const rows = [...Array(inputs.rows).keys()];

    it('gives the same bits again, from the same kernel and from a new one', async () => {
      const kernel = engine().compile(program, requests);
      const first = await kernel.run(inputs);
      const other = rowsOf(inputs, rows.toReversed());
      await kernel.run({ ...other, parameters: setup.directions.v.parameters });
      expect(await kernel.run(inputs)).toEqual(first);
      expect(await run(inputs)).toEqual(first);
    });

    it('gives each row exactly what it gets alone', async () => {
      const together = rowResults(await run(inputs));
      for (const row of rows) {
        const alone = rowResults(await run(rowsOf(inputs, [row])));
        for (const [name, values] of Object.entries(together))
          expect(alone[name], `${name} of row ${row}`).toEqual(pickRows(values, rows.length, [row]));
      }
    });

    it('permutes its results when rows are permuted with their sample numbers', async () => {
      const order = [...createGenerator(4, 'order').permutation(rows.length)];
      const before = await run(inputs);
      const after = await run(rowsOf(inputs, order));
      const permuted = rowResults(after);
      for (const [name, values] of Object.entries(rowResults(before)))
        expect(permuted[name], name).toEqual(pickRows(values, rows.length, order));
      // Sums over rows are the same up to the order of their terms.
      for (const [name, { data }] of Object.entries(before.shared))
        expect(relativeError(after.shared[name]!.data, data), name).toBeLessThan(1e-5);
    });

    it('draws other noise for another sample, key or step, and the same for the same', async () => {
      const noise = inputs.noise!;
      const before = rowResults(await run(inputs));
      const changes = [
        { samples: noise.samples.map((sample) => sample + 1) },
        { key: [noise.key[0] ^ 1, noise.key[1]] as const },
        { firstStep: 1 },
        { sign: -1 as const },
      ];
      for (const change of changes) {
        const after = rowResults(await run({ ...inputs, noise: { ...noise, ...change } }));
        expect(relativeError(after.loss!, before.loss!), Object.keys(change)[0]).toBeGreaterThan(1e-3);
      }
      const twice = rowResults(await run(rowsOf(inputs, [2, 2, 0])));
      for (const values of Object.values(twice)) expect(pickRows(values, 3, [0])).toEqual(pickRows(values, 3, [1]));
    });
  });

  describe('mistaken inputs', () => {
    const setup = setupOf(cases[0]!);
    const inputs = inputsOf(setup);
    const without = (values: Readonly<Record<string, unknown>> | undefined, name: string) =>
      Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => key !== name)) as Record<string, Float64Array>;
    const { noise: _, ...silent } = inputs;
    const short = { shape: [2], data: new Float64Array(2) };
    it.each<[RegExp, RunInputs]>([
      [/sequence x \[11, 4, 2\] was not given/, { ...inputs, sequences: without(inputs.sequences, 'x') }],
      [
        /sequence dt must be \[11, 4, 1\], got 3/,
        { ...inputs, sequences: { ...inputs.sequences, dt: new Float64Array(3) } },
      ],
      [/parameter M_A \[5,5\] was not given/, { ...inputs, parameters: { ...inputs.parameters, M_A: undefined! } }],
      [/parameter b must have shape \[5\], got \[2\]/, { ...inputs, parameters: { ...inputs.parameters, b: short } }],
      [/carry h must be \[11, 5\], got 4/, { ...inputs, carries: { ...inputs.carries, h: new Float64Array(4) } }],
      [/draws noise/, silent],
      [/noise.samples must have 11 entries/, { ...inputs, noise: { ...inputs.noise!, samples: Uint32Array.of(1) } }],
      [/rows must be a positive integer, got 0/, { ...inputs, rows: 0 }],
    ])('%s', async (message, mistaken) => {
      const run = runOn(engine(), setup.program, valueRequests(setup), mistaken);
      await expect(run).rejects.toThrow(message);
      await expect(run).rejects.toBeInstanceOf(InputError);
    });

    it.each([
      [/makes no carry g/, { carries: ['h', 'g'] }],
      [/makes no sequence y/, { sequences: ['y'] }],
      [/makes no shared result W\^/, { shared: ['W^'] }],
    ])('asked for what the program does not make: %s', (message, requests) => {
      expect(() => engine().compile(setup.program, requests)).toThrow(message);
      expect(() => engine().compile(setup.program, requests)).toThrow(InputError);
    });
  });
}
