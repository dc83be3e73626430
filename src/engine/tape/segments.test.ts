import { describe, expect, it } from 'vitest';
import { nativeSets, openNative } from '../../../test/support/native.js';
import { parseCell } from '../../cells/index.js';
import { buildModel, createObjective, initialise, type ModelSpec } from '../../model/index.js';
import { parseNoise } from '../../noise/index.js';
import { adjointName, adjointProgram, hoist, prune } from '../../program/index.js';
import { createGenerator, deriveKey } from '../../random/index.js';
import { solverNamed } from '../../solvers/index.js';
import { signatureOf } from '../check-inputs.js';
import { createWasmEngine } from '../wasm/wasm-engine.js';
import { lower } from './lower.js';
import { chooseSegments } from './segments.js';

const model = (cell: string, noise: string, readout: ModelSpec['readout'], delta: number) =>
  buildModel({
    layers: [
      {
        cell: parseCell(cell),
        units: 11,
        noise: parseNoise(noise),
        solver: solverNamed('euler'),
        step: { kind: delta === 1 ? 'fixed' : 'learned', delta },
      },
    ],
    inputs: 2,
    outputs: 3,
    readout,
  });

const engines = [
  ['wasm', (memoryBudget: number) => createWasmEngine({ threads: 2, memoryBudget })] as const,
  ...nativeSets.map(
    (set) => [`native ${set}`, (memoryBudget: number) => openNative({ threads: 2, memoryBudget, set })] as const,
  ),
];
if (nativeSets.length === 0) console.log('skipped: checkpointed scans on the native engine, which is not built');

describe.each(engines)('checkpointed scans on %s', (_, open) => {
  it.each([
    ['noisy', 'published:mult=0.2,add=0.1', 'last', 0.1, 61],
    ['noisy', 'sde:add=0.2,mult=0.3', 'every', 0.1, 64],
    ['lstm', 'dropout:rate=0.3', 'every', 1, 23],
    ['gru', 'none', 'last', 1, 9],
  ] as const)(
    '%s with %s, readout %s: the same bits as with everything stored',
    async (cell, noise, readout, delta, steps) => {
      const own = model(cell, noise, readout, delta);
      const parameters = initialise(own.parameters, 1);
      const direction = initialise(own.parameters, 2);
      const generator = createGenerator(3, 'inputs');
      const rows = 21;
      const batch = {
        rows,
        steps,
        inputs: Float32Array.from({ length: rows * steps * 2 }, () => generator.normal()),
        labels: Array.from({ length: rows }, (_, row) => row % 3),
        lengths: Array.from({ length: rows }, (_, row) => 1 + ((row * 5) % steps)),
      };
      const source = { key: deriveKey(4, 'noise'), samples: Uint32Array.from({ length: rows }, (_, row) => row) };
      const results = [];
      for (const memoryBudget of [2 ** 30, 1]) {
        const engine = await open(memoryBudget);
        const objective = createObjective(own, engine);
        const gradient = await objective.gradient(parameters, batch, source);
        const curvature = await objective.hessianVector(parameters, batch, direction, source);
        const input = await objective.inputGradient(parameters, batch, source);
        results.push({ gradient, curvature, input });
        await engine.close();
      }
      expect(results[1]).toEqual(results[0]);
      expect(results[0]!.gradient.losses.every(Number.isFinite)).toBe(true);
    },
  );
});

describe('checkpointed scans', () => {
  it('stores of the order of √M steps', () => {
    const own = model('noisy', 'published:mult=0.2,add=0.1', 'last', 0.1);
    const requests = { carries: ['loss'], shared: Object.keys(own.parameters).map(adjointName) };
    const program = hoist(prune(adjointProgram(own.program({ noisy: true, loss: true })), requests));
    const signature = signatureOf(program);
    const choose = (steps: number, budget: number) =>
      chooseSegments(
        lower(program, signature),
        signature,
        requests,
        { steps, blockSteps: 8, bytesOf: (width) => 64 * width },
        budget,
      );
    expect(choose(1000, 2 ** 30)).toBeNull();
    for (const steps of [1000, 10_000, 100_000]) {
      const segments = choose(steps, 1);
      expect(segments?.carries).toEqual(['h']);
      expect(segments!.steps % 8).toBe(0);
      const stored = segments!.steps + steps / segments!.steps;
      expect(stored / Math.sqrt(steps)).toBeLessThan(3);
    }
  });
});
