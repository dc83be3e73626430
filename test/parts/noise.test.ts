/** Noise of one's own: what it is by its own expressions, how it is stepped, trained and kept, on the reference engine. */
import { describe, expect, it } from 'vitest';
import { defineCell, fanIn, normal, parseCell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { add, matmul, subtract, tanh } from '../../src/graph/index.js';
import {
  buildModel,
  createObjective,
  createRegularisedObjective,
  drawsNoise,
  initialise,
  layerNoise,
  type ModelSpec,
} from '../../src/model/index.js';
import { defineNoise, type NoiseScheme, noiseProperties, parseNoise } from '../../src/noise/index.js';
import { createGenerator, deriveKey, fillNoise, streamOf } from '../../src/random/index.js';
import { solverNamed, solvers } from '../../src/solvers/index.js';
import { jumps, learned, matrixOfState, single, stable } from '../support/users-noise.js';

const leaky = defineCell({
  name: 'leaky',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({
    W: { shape: [units, units], initial: normal(0.5) },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
  }),
  drift: ({ state: { h }, input, parameters: { W, U } }) => ({
    h: subtract(tanh(add(matmul(W, h), matmul(U, input))), h),
  }),
});

const specOf = (noise: NoiseScheme, solver = 'euler', units = 3, layers = 1): ModelSpec => ({
  layers: Array.from({ length: layers }, () => ({
    ...{ cell: leaky, units, noise, solver: solverNamed(solver), step: { kind: 'fixed', delta: 0.2 } as const },
  })),
  inputs: 2,
  outputs: 2,
  readout: 'last',
});
const engine = createReferenceEngine();
const generator = createGenerator(4, 'inputs');
const batch = {
  rows: 2,
  steps: 4,
  inputs: Float64Array.from({ length: 16 }, () => generator.normal()),
  labels: [0, 1],
};
const source = { key: deriveKey(1, 'noise'), samples: Uint32Array.of(5, 9) };

describe('what a scheme is, by its expressions', () => {
  it('draws, additive, affine, commuting', () => {
    const of = (text: string) => noiseProperties(parseNoise(text));
    expect(of('sde')).toMatchObject({ draws: false });
    expect(of('sde:add=1,eps=0')).toMatchObject({ draws: false });
    expect(of('published')).toMatchObject({ draws: false, affine: true });
    expect(of('sde:add=1')).toMatchObject({ draws: true, additive: true, affine: true, commutes: true });
    expect(of('sde:mult=1')).toMatchObject({ draws: true, additive: false, commutes: false });
    expect(of('independent:add=1,mult=1')).toMatchObject({ additive: false, commutes: false });
    expect(of('scalar:mult=1')).toMatchObject({ commutes: true, additive: false });
    expect(of('dropout:rate=0.3')).toMatchObject({ draws: true, affine: true });
    expect(of('inside:add=0.3')).toMatchObject({ draws: true, affine: false });
  });

  it('of noise of one’s own, in its layer', () => {
    const [found] = layerNoise(buildModel(specOf(learned)));
    expect(found).toMatchObject({ draws: true, additive: false, commutes: false, centred: true, symmetric: true });
    expect(layerNoise(buildModel(specOf(jumps)))[0]).toMatchObject({ draws: true, affine: false, centred: true });
    expect(layerNoise(buildModel(specOf(stable)))[0]).toMatchObject({ finiteVariance: false, affine: false });
  });

  it('a scheme of zero amplitude draws nothing, whoever asks', () => {
    const zero = defineNoise({ name: 'zero', channels: () => ({ h: [{ kind: 'diagonal', amplitude: 0 }] }) });
    for (const noise of [parseNoise('sde'), parseNoise('published'), zero])
      expect(drawsNoise(buildModel(specOf(noise)))).toBe(false);
  });
});

describe('a step with correlated noise', () => {
  it('is h + δ f + √δ (s h ξ + G η), of the documented streams', async () => {
    const model = buildModel({ ...specOf(learned), readout: 'every', loss: undefined });
    const parameters = initialise(model.parameters, 3);
    expect(Object.keys(parameters)).toEqual(['W', 'U', 'noise.G', 'noise.s', 'readout.weight', 'readout.bias']);
    const one = {
      ...batch,
      steps: 1,
      inputs: batch.inputs.slice(0, 4),
      state: { h: Float64Array.of(0.5, -1, 2, 0.1, 0.2, 0.3) },
    };
    const objective = createObjective(model, engine);
    const { h: noisy } = await objective.finalState(parameters, one, source);
    const { h: still } = await objective.finalState(parameters, one);
    for (const [row, sample] of source.samples.entries()) {
      const draws = (channel: number, width: number) => {
        const out = new Float64Array(width);
        fillNoise('normal', { key: source.key, stream: streamOf(0, channel), step: 0, sample, units: width }, out);
        return out;
      };
      const [xi, eta] = [draws(0, 3), draws(1, 2)];
      for (let unit = 0; unit < 3; unit++) {
        const own = parameters['noise.s']!.data[unit]! * one.state.h[row * 3 + unit]! * xi[unit]!;
        const G = parameters['noise.G']!.data;
        const shared = G[2 * unit]! * eta[0]! + G[2 * unit + 1]! * eta[1]!;
        expect(noisy![row * 3 + unit]! - still![row * 3 + unit]!).toBeCloseTo(Math.sqrt(0.2) * (own + shared), 12);
      }
    }
  });

  it('has parameters of its own in every layer and half', () => {
    const model = buildModel({
      ...specOf(learned, 'euler', 3, 2),
      layers: specOf(learned, 'euler', 3, 2).layers.map((layer) => ({ ...layer, bidirectional: true })),
    });
    expect(Object.keys(model.parameters).filter((name) => name.endsWith('noise.G'))).toEqual([
      ...['noise.G', 'backward.noise.G', 'layer1.noise.G', 'layer1.backward.noise.G'],
    ]);
  });
});

describe('gradients with noise on, against central differences', () => {
  const cases: [string, NoiseScheme, string][] = [learned, matrixOfState, single, jumps, stable].flatMap((noise) =>
    Object.keys(solvers)
      .filter((solver) => {
        try {
          buildModel(specOf(noise, solver));
          return true;
        } catch {
          return false;
        }
      })
      .map((solver): [string, NoiseScheme, string] => [`${noise.name}, ${solver}`, noise, solver]),
  );

  it('are taken for every solver that admits the scheme', () => {
    expect(cases.map(([title]) => title)).toEqual([
      ...['learned, euler', 'learned, heun', 'scaled matrix, euler', 'scaled matrix, heun'],
      ...[
        'one shared motion, euler',
        'one shared motion, heun',
        'one shared motion, milstein',
        'jumps, euler',
        'stable, euler',
      ],
    ]);
  });

  it.each(cases)('%s', async (_, noise, solver) => {
    const model = buildModel(specOf(noise, solver));
    const parameters = initialise(model.parameters, 3);
    const objective = createObjective(model, engine);
    const { gradient } = await objective.gradient(parameters, batch, source);
    const v = initialise(model.parameters, 8);
    const product = await objective.hessianVector(parameters, batch, v, source);
    const displaced = (t: number) =>
      Object.fromEntries(
        Object.entries(parameters).map(([name, { shape, data }]) => [
          name,
          { shape, data: data.map((x, i) => x + t * v[name]!.data[i]!) },
        ]),
      );
    const lossAt = async (t: number) => (await objective.loss(displaced(t), batch, source)).loss;
    const along = Object.entries(gradient).reduce(
      (total, [name, { data }]) => total + data.reduce((sum, g, i) => sum + g * v[name]!.data[i]!, 0),
      0,
    );
    // Richardson: the error of central differences of step t is O(t⁴).
    const difference = async (f: (t: number) => Promise<number>, t: number) => {
      const [a, b] = [(await f(t)) - (await f(-t)), (await f(2 * t)) - (await f(-2 * t))];
      return (8 * a - b) / (12 * t);
    };
    expect(Math.abs(along - (await difference(lossAt, 1e-3))) / Math.max(1e-2, Math.abs(along))).toBeLessThan(1e-9);
    const slope = async (t: number) => {
      const { gradient: at } = await objective.gradient(displaced(t), batch, source);
      return Object.entries(at).reduce(
        (total, [name, { data }]) => total + data.reduce((sum, g, i) => sum + g * v[name]!.data[i]!, 0),
        0,
      );
    };
    const curvature = Object.entries(product).reduce(
      (total, [name, { data }]) => total + data.reduce((sum, g, i) => sum + g * v[name]!.data[i]!, 0),
      0,
    );
    expect(Math.abs(curvature - (await difference(slope, 1e-3))) / Math.max(1e-2, Math.abs(curvature))).toBeLessThan(
      1e-8,
    );
  });
});

describe('what the loss does not reach', () => {
  it('has a zero gradient: noise with its draws off, and a parameter that nothing reads', async () => {
    const idle = defineCell({
      ...leaky,
      name: 'idle',
      parameters: (sizes) => ({ ...leaky.parameters(sizes), unused: { shape: [2, 3], initial: normal(1) } }),
    } as typeof leaky);
    const spec = specOf(learned);
    const model = buildModel({ ...spec, layers: [{ ...spec.layers[0]!, cell: idle }] });
    const parameters = initialise(model.parameters, 3);
    const objective = createObjective(model, engine);
    const { gradient } = await objective.gradient(parameters, batch);
    for (const name of ['unused', 'noise.G', 'noise.s'])
      expect(
        gradient[name]!.data.every((g) => g === 0),
        name,
      ).toBe(true);
    expect(gradient.unused!.shape).toEqual([2, 3]);
    const product = await objective.hessianVector(parameters, batch, initialise(model.parameters, 8));
    expect(product.unused!.data).toEqual(new Float64Array(6));
    const regularised = await createRegularisedObjective(model, engine).gradient(parameters, batch, source);
    expect(regularised.gradient.unused!.data).toEqual(new Float64Array(6));
    expect(regularised.gradient['noise.G']!.data.some((g) => g !== 0)).toBe(true);
  });
});

describe('what cannot be is refused, with the reason', () => {
  it.each<[string, () => unknown, string]>([
    [
      'both',
      () => defineNoise({ name: 'x', channels: () => ({}), update: () => ({}) } as never),
      'either channels or an update',
    ],
    [
      'a strange component',
      () => buildModel(specOf(defineNoise({ name: 'x', channels: () => ({ k: [] }) }))),
      '"k" is no component',
    ],
    [
      'a width',
      () =>
        buildModel(
          specOf(defineNoise({ name: 'x', channels: ({ time }) => ({ h: [{ kind: 'matrix', matrix: time }] }) })),
        ),
      'a matrix is shared, of 3 rows',
    ],
    ['milstein', () => buildModel(specOf(learned, 'milstein')), 'does not commute'],
    ['heun with jumps', () => buildModel(specOf(jumps, 'heun')), 'defines a whole Euler step'],
    [
      'a regulariser of heavy tails',
      () => createRegularisedObjective(buildModel(specOf(stable)), engine),
      'stable has none (finiteVariance: false)',
    ],
    ['noise inside without marks', () => buildModel(specOf(parseNoise('inside:add=1'))), 'marks no preactivation'],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });

  it('and a cell of another state keeps its own noise', () => {
    expect(() =>
      buildModel({
        ...specOf(learned),
        layers: [{ ...specOf(learned).layers[0]!, cell: parseCell('lstm'), step: { kind: 'fixed', delta: 1 } }],
      }),
    ).not.toThrow();
  });
});
