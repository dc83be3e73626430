/** What the kernels of an engine promise, through programs of one operation. */
import { expect, it } from 'vitest';
import type { NoiseSource } from '../../src/engine/engine.js';
import { elementwiseFunctions, matmul, type Node, noise, outer } from '../../src/graph/index.js';
import { carry, phase, shared } from '../../src/program/index.js';
import { createGenerator, type Distribution, deriveKey, fillNoise } from '../../src/random/index.js';
import type { OpenEngine } from '../contract/contract-suite.js';
import { relativeError } from '../support/numbers.js';
import { unitsInLastPlace } from './kernels.js';
import { type MathLimits, mathSuite } from './math-suite.js';

const key = deriveKey(17, 'kernels');
const RATE = 0.35;

export function kernelSuite(engine: OpenEngine, limits?: MathLimits): void {
  /** [rows, width] of a value made once. */
  async function made(y: Node, rows: number, x?: Float32Array, source?: NoiseSource) {
    const program = { prepare: {}, phases: [phase('only', 'once', { carries: { y } })], finish: {} };
    const inputs = { rows, steps: 1, parameters: {}, ...(x && { carries: { x } }), ...(source && { noise: source }) };
    return (
      await engine()
        .compile(program, { carries: ['y'] })
        .run(inputs)
    ).carries.y!;
  }

  mathSuite(async (name, values) => {
    const width = 16;
    const rows = Math.ceil(values.length / width);
    const x = new Float32Array(rows * width);
    x.set(values);
    return Float32Array.from(
      (await made(elementwiseFunctions[name](carry('x', width)), rows, x)).subarray(0, values.length),
    );
  }, limits);

  const shapes = [
    { units: 1, rows: 16 },
    { units: 5, rows: 3 },
    { units: 70, rows: 32 },
    { units: 200, rows: 130 },
  ];
  const draw = async (kind: Distribution, units: number, rows: number, sign: 1 | -1) => {
    const samples = Uint32Array.from({ length: rows }, (_, row) => Math.imul(row + 1, 0x9e3779b1) >>> 0);
    const source = { key, samples, sign, firstStep: 0xfffffffe };
    const found = await made(noise(kind, 0xfffff, units, RATE), rows, undefined, source);
    const expected = new Float64Array(rows * units);
    for (const [row, sample] of samples.entries())
      fillNoise(
        kind,
        { key, stream: 0xfffff, step: 0xfffffffe, sample, units, sign, rate: RATE },
        expected,
        row * units,
      );
    return { found, expected };
  };

  it.each(['uniform', 'bernoulli'] as const)('%s: the very values of src/random', async (kind) => {
    for (const { units, rows } of shapes)
      for (const sign of [1, -1] as const) {
        const { found, expected } = await draw(kind, units, rows, sign);
        expect(found).toEqual(expected);
      }
  });

  it('normal: within 4 units in the last place of src/random', async () => {
    for (const { units, rows } of shapes)
      for (const sign of [1, -1] as const) {
        const { found, expected } = await draw('normal', units, rows, sign);
        const errors = found.map((value, i) => unitsInLastPlace(value, Math.fround(expected[i]!)));
        expect(Math.max(...errors)).toBeLessThanOrEqual(4);
      }
  });

  const random = (length: number, name: string) => {
    const generator = createGenerator(5, name);
    return Float32Array.from({ length }, () => generator.normal());
  };
  const sizes = [1, 2, 3, 5, 6, 7, 8, 9, 16, 17, 31, 33, 36, 37, 64, 65];
  it('products and their transposes over rows and steps, at every border', async () => {
    for (const [index, width] of sizes.entries()) {
      const inner = sizes[(index * 5 + 3) % sizes.length]!;
      const rows = [1, 15, 16, 17, 33, 70][index % 6]!;
      const steps = [1, 7, 20][index % 3]!;
      const W = random(width * inner, 'W');
      const x = random(rows * inner, 'x');
      const product = matmul(shared('W', [width, inner]), carry('x', inner));
      const parts = { carries: { y: product }, accumulators: { G: outer(product, carry('x', inner)) } };
      const program = {
        prepare: {},
        phases: [phase('steps', 'scan', parts)],
        finish: { result: shared('G', [width, inner]) },
      };
      const parameters = { W: { shape: [width, inner], data: Float64Array.from(W) } };
      const kernel = engine().compile(program, { carries: ['y'], shared: ['result'] });
      const found = await kernel.run({ rows, steps, parameters, carries: { x } });
      const y = new Float64Array(rows * width);
      const G = new Float64Array(width * inner);
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < width; i++) {
          for (let k = 0; k < inner; k++) y[row * width + i]! += W[i * inner + k]! * x[row * inner + k]!;
          for (let k = 0; k < inner; k++)
            G[i * inner + k]! += steps * Math.fround(y[row * width + i]!) * x[row * inner + k]!;
        }
      expect(relativeError(found.carries.y!, y), `${width} × ${inner}`).toBeLessThan(1e-5);
      expect(relativeError(found.shared.result!.data, G), `${width} × ${inner}, ${rows} rows`).toBeLessThan(1e-5);
    }
  });
}
