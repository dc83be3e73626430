/** Each scheme's step against the formula of its file written out in numbers; its moments; and what it must not touch. */
import { describe, expect, it } from 'vitest';
import { type Cell, type CellDefinition, defineCell, normal, parseCell, startAt } from '../cells/index.js';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { InputError } from '../errors.js';
import { add, type Node, negate, sin, sum, type Tensors, tensor, topological } from '../graph/index.js';
import { buildLayer, buildModel, createObjective, initialise, type StepSize } from '../model/index.js';
import { hoist, phase, sequence } from '../program/index.js';
import { createGenerator, type Distribution, deriveKey, fillNoise, streamOf } from '../random/index.js';
import { solverNamed } from '../solvers/index.js';
import { noiseProperties, parseNoise, schemes } from './index.js';

/** Two components, a' = −a and b' = sin b, elementwise, so that every unit's step can be written down. */
const twoParts = (noisy?: ('a' | 'b')[]): Cell =>
  defineCell({
    name: 'two parts',
    state: () => ({ a: 2, b: 3 }),
    parameters: () => ({}),
    drift: ({ state: { a, b }, preactivation }) => ({ a: negate(a), b: sin(preactivation(b, 'b')) }),
    ...(noisy === undefined ? {} : { noisy }),
  });

const drift = (h: number, unit: number) => (unit < 2 ? -h : Math.sin(h));
const key = deriveKey(7, 'noise of a step');

interface Step {
  readonly cell: Cell;
  readonly noise: string;
  readonly kind: StepSize['kind'];
  readonly h: Float64Array;
  readonly parameters?: Tensors;
  readonly layer?: number;
}

/** One noisy Euler step of rows of 5 units, sample r in row r. */
async function stepOf({ cell, noise, kind, h, parameters = {}, layer = 0 }: Step): Promise<Float64Array> {
  const rows = h.length / 5;
  const spec = { cell, units: 1, noise: parseNoise(noise), solver: solverNamed('euler'), step: { kind, delta: 0.3 } };
  const { carries } = buildLayer(spec, 1, layer).step(sequence('x', 1), { noisy: true, masked: false });
  const program = hoist({ prepare: {}, finish: {}, phases: [phase('step', 'scan', { carries })] });
  const [a, b] = Object.keys(carries) as [string, string];
  const pick = (from: number, width: number) =>
    Float64Array.from({ length: rows * width }, (_, i) => h[Math.floor(i / width) * 5 + from + (i % width)]!);
  const found = await createReferenceEngine()
    .compile(program, { carries: [a, b] })
    .run({
      rows,
      steps: 1,
      parameters,
      sequences: { x: new Float64Array(rows), dt: new Float64Array(rows).fill(0.2) },
      carries: { [a]: pick(0, 2), [b]: pick(2, 3) },
      noise: { key, samples: Uint32Array.from({ length: rows }, (_, row) => row), firstStep: 4 },
    });
  return h.map((_, i) => {
    const [row, unit] = [Math.floor(i / 5), i % 5];
    return unit < 2 ? found.carries[a]![row * 2 + unit]! : found.carries[b]![row * 3 + unit - 2]!;
  });
}

/** The draws a scheme should have used: `units` of sample `sample` from a numbered source. */
function drawn(distribution: Distribution, source: number, sample: number, units: number, rate = 0, layer = 0) {
  const out = new Float64Array(units);
  fillNoise(distribution, { key, stream: streamOf(layer, source), step: 4, sample, units, rate }, out);
  return out;
}

type Formula = (h: number, f: number, delta: number, unit: number, sample: number) => number;

const formulas: readonly [string, Formula][] = [
  ['none', (h, f, delta) => h + delta * f],
  [
    'sde:add=0.2,mult=0.3,eps=0.5',
    (h, f, delta, unit, sample) =>
      h + delta * f + 0.5 * Math.sqrt(delta) * (0.2 + 0.3 * f) * drawn('normal', 0, sample, 5)[unit]!,
  ],
  [
    'independent:add=0.2,mult=0.3,eps=0.5',
    (h, f, delta, unit, sample) =>
      h +
      delta * f +
      0.5 *
        Math.sqrt(delta) *
        (0.2 * drawn('normal', 0, sample, 5)[unit]! + 0.3 * f * drawn('normal', 1, sample, 5)[unit]!),
  ],
  [
    'scalar:mult=0.4,eps=0.5',
    (h, f, delta, _, sample) => h + delta * f + 0.5 * Math.sqrt(delta) * 0.4 * h * drawn('normal', 0, sample, 1)[0]!,
  ],
  [
    'published:mult=0.3,add=0.1',
    (h, f, delta, unit, sample) =>
      h +
      delta * (1 - 0.3 + 0.3 * drawn('uniform', 0, sample, 5)[unit]!) * f +
      0.1 * drawn('normal', 1, sample, 5)[unit]!,
  ],
  [
    'dropout:rate=0.25',
    (h, f, delta, unit, sample) => h + delta * (drawn('bernoulli', 0, sample, 5, 0.25)[unit]! / 0.75) * f,
  ],
  [
    'inside:add=0.4,eps=0.5',
    (h, f, delta, unit, sample) => {
      if (unit < 2) return h + delta * f;
      return h + delta * Math.sin(h + (0.5 * 0.4 * drawn('normal', 0, sample, 3)[unit - 2]!) / Math.sqrt(delta));
    },
  ],
];

const h = Float64Array.from({ length: 15 }, (_, i) => Math.sin(3 * i) + 0.2);
const learned = { step: tensor([5], [0.1, 0.2, 0.3, 0.4, 0.5]) };

describe('a noisy step is the formula of its scheme', () => {
  it('the table has every scheme', () => {
    expect(formulas.map(([text]) => text.split(':')[0]).sort()).toEqual(Object.keys(schemes).sort());
  });

  describe.each(formulas)('%s', (noise, formula) => {
    it.each([
      ['fixed', () => 0.3, {}],
      ['learned', (unit: number) => learned.step.data[unit]!, learned],
      ['given', () => 0.2, {}],
    ] as const)('with a %s step size', async (kind, delta, parameters) => {
      const found = await stepOf({ cell: twoParts(), noise, kind, h, parameters });
      for (const [i, value] of h.entries()) {
        const unit = i % 5;
        const expected = formula(value, drift(value, unit), delta(unit), unit, Math.floor(i / 5));
        expect(found[i], `row ${Math.floor(i / 5)}, unit ${unit}`).toBeCloseTo(expected, 13);
      }
    });
  });
});

describe('where noise goes', () => {
  it('only to the components the cell names, whose units are numbered from 0', async () => {
    const sde = await stepOf({ cell: twoParts(['b']), noise: 'sde:add=1', kind: 'fixed', h });
    const published = await stepOf({ cell: twoParts(['b']), noise: 'published:add=1', kind: 'fixed', h });
    for (const [i, value] of h.entries()) {
      const [sample, unit] = [Math.floor(i / 5), i % 5];
      const plain = value + 0.3 * drift(value, unit);
      const own = (source: number) => (unit < 2 ? 0 : drawn('normal', source, sample, 3)[unit - 2]!);
      expect(sde[i]).toBeCloseTo(plain + Math.sqrt(0.3) * own(0), 13);
      expect(published[i]).toBeCloseTo(plain + own(1), 13);
    }
  });

  it('another layer draws from another stream', async () => {
    const found = await stepOf({ cell: twoParts(), noise: 'sde:add=1', kind: 'fixed', h, layer: 3 });
    for (const [i, value] of h.entries()) {
      const xi = drawn('normal', 0, Math.floor(i / 5), 5, 0, 3)[i % 5]!;
      expect(found[i]).toBeCloseTo(value + 0.3 * drift(value, i % 5) + Math.sqrt(0.3) * xi, 13);
    }
  });
});

describe('moments of the noise, each within 4.9 standard errors: P < 1e-6 of a false alarm', () => {
  const rows = 8000;
  const many = new Float64Array(rows * 5).fill(0.8);
  /** (h⁺ − h) / (δ f), the factor on the update: [rows · 5]. */
  const factors = async (noise: string) => {
    const found = await stepOf({ cell: twoParts(), noise, kind: 'fixed', h: many });
    return found.map((value, i) => (value - 0.8) / (0.3 * drift(0.8, i % 5)));
  };
  const expectMoments = (values: Float64Array, mean: number, variance: number, fourth: number) => {
    const n = values.length;
    const average = values.reduce((total, x) => total + x, 0) / n;
    const spread = values.reduce((total, x) => total + (x - mean) ** 2, 0) / n;
    expect(Math.abs(average - mean)).toBeLessThan(4.9 * Math.sqrt(variance / n));
    expect(Math.abs(spread - variance)).toBeLessThan(4.9 * Math.sqrt((fourth - variance ** 2) / n));
  };

  it('published: m has mean 1 − μ/2 and variance μ²/12, and the scheme says it is not centred', async () => {
    const mu = 0.4;
    expectMoments(await factors(`published:mult=${mu}`), 1 - mu / 2, mu ** 2 / 12, mu ** 4 / 80);
    expect(parseNoise(`published:mult=${mu}`).centred).toBe(false);
    expect(parseNoise('published:add=0.1').centred).toBe(true);
  });

  it('dropout: the factor has mean one and variance p/(1 − p)', async () => {
    const p = 0.3;
    const variance = p / (1 - p);
    const fourth = p + (1 - p) * variance ** 4;
    expectMoments(await factors(`dropout:rate=${p}`), 1, variance, fourth);
    expect(parseNoise('dropout:rate=0.5').symmetric).toBe(true);
    expect(parseNoise('dropout:rate=0.3').symmetric).toBe(false);
  });

  it('dropout with eps: the factor keeps mean one and its deviation shrinks by eps', async () => {
    const variance = (0.25 * 0.3) / 0.7;
    expectMoments(await factors('dropout:rate=0.3,eps=0.5'), 1, variance, 0.5 ** 4 * (0.3 + 0.7 * (3 / 7) ** 4));
  });

  it('sde: centred, with variance ε²δ(σ1 + σ2 f)²', async () => {
    const found = await stepOf({ cell: twoParts(), noise: 'sde:add=0.2,mult=0.5,eps=2', kind: 'fixed', h: many });
    const f = Math.sin(0.8);
    const noise = found.filter((_, i) => i % 5 >= 2).map((value) => value - 0.8 - 0.3 * f);
    const variance = 4 * 0.3 * (0.2 + 0.5 * f) ** 2;
    expectMoments(noise, 0, variance, 3 * variance ** 2);
  });
});

describe('the noise-free network', () => {
  const texts = [
    'sde:add=0.2,mult=0.3',
    'independent:add=1',
    'scalar:mult=1',
    'published:mult=1,add=1',
    'dropout:rate=0.5',
    'inside:add=0.5',
  ];

  it.each(['noisy', 'antisymmetric', 'gru', 'lstm'])(
    'of %s is the same in every bit, whatever the scheme',
    async (name) => {
      const cell = parseCell(name);
      const model = (noise: string) =>
        buildModel({
          layers: [
            {
              cell,
              units: 4,
              noise: parseNoise(noise),
              solver: solverNamed('euler'),
              step: { kind: 'fixed', delta: cell.step === undefined ? 0.1 : 1 },
            },
          ],
          inputs: 2,
          outputs: 2,
          readout: 'last',
        });
      const generator = createGenerator(9, 'inputs');
      const batch = { rows: 3, steps: 5, inputs: Float64Array.from({ length: 30 }, () => generator.normal()) };
      const parameters = initialise(model('none').parameters, 2);
      const logits = (noise: string, source?: { key: typeof key; samples: Uint32Array }) =>
        createObjective(model(noise), createReferenceEngine()).logits(parameters, batch, source);
      const expected = await logits('none');
      const source = { key, samples: Uint32Array.of(1, 2, 3) };
      for (const noise of texts) {
        expect(await logits(noise), noise).toEqual(expected);
        expect(await logits(noise, source), noise).not.toEqual(expected);
        expect(await logits(`${noise},eps=0`, source), `${noise} at ε = 0`).toEqual(expected);
      }
      expect(await logits('none', source)).toEqual(expected);
    },
  );
});

describe('noise inside the nonlinearity', () => {
  const layerOf = (cell: Cell, kind: StepSize['kind'], solver = 'euler', noise = 'inside:add=0.3') =>
    buildLayer(
      { cell, units: 3, noise: parseNoise(noise), solver: solverNamed(solver), step: { kind, delta: 0.3 } },
      2,
    );
  const marked = (mark: NonNullable<CellDefinition<'a' | 'b', 'c' | 'M'>['drift']>): Cell =>
    defineCell({
      name: 'marked',
      state: () => ({ a: 2, b: 3 }),
      parameters: () => ({ c: { shape: [2], initial: startAt(1) }, M: { shape: [2, 2], initial: normal(1) } }),
      drift: mark,
    });
  const draws = (cell: Cell, kind: StepSize['kind'] = 'fixed', delta = 0.3) => {
    const { carries } = buildLayer({ ...specOf(cell), step: { kind, delta } }, 2).step(sequence('x', 2), {
      noisy: true,
      masked: false,
    });
    return topological(Object.values(carries)).flatMap((node) => (node.op === 'noise' ? [node.attributes.stream] : []));
  };

  it('is drawn anew for every mark, in the order the cell makes them', () => {
    const both = marked(({ state: { a, b }, preactivation }) => ({
      a: sin(preactivation(a)),
      b: sin(preactivation(b)),
    }));
    expect(draws(both).sort()).toEqual([streamOf(0, 0), streamOf(0, 1)]);
    expect(draws(parseCell('gru'), 'fixed', 1).length).toBe(3);
    expect(draws(parseCell('noisy'))).toEqual([streamOf(0, 0)]);
  });

  it('takes a shared vector, which becomes one of every row', () => {
    expect(draws(marked(({ parameters: { c }, state: { b }, preactivation }) => ({ a: preactivation(c), b })))).toEqual(
      [0],
    );
  });

  it('is refused where the cell marks nothing, and by every solver that needs a diffusion', () => {
    const plain = marked(({ state: { a, b } }) => ({ a: sin(a), b: sin(b) }));
    expect(() => layerOf(plain, 'fixed')).toThrow(/marked marks no preactivation.*tanh\(preactivation\(u\)\)/);
    expect(() => layerOf(plain, 'fixed')).toThrow(InputError);
    expect(() => layerOf(plain, 'fixed', 'euler', 'inside:add=0')).not.toThrow();
    expect(() => buildLayer({ ...specOf(parseCell('exponential')), step: { kind: 'fixed', delta: 1 } }, 2)).toThrow(
      /exponential marks no preactivation/,
    );
    for (const solver of ['milstein', 'heun'])
      expect(() => layerOf(parseCell('noisy'), 'fixed', solver)).toThrow(
        /acts inside the cell's nonlinearity and has no diffusion/,
      );
    expect(() => layerOf(parseCell('noisy'), 'fixed', 'rk4')).toThrow(/no noise term/);
  });

  it('says what is wrong with a mark', () => {
    const two = (mark: (u: Node, preactivation: (u: Node, component?: 'a' | 'b') => Node) => Node) =>
      marked(({ state: { a, b }, preactivation }) => ({ a: sin(a), b: sin(mark(b, preactivation)) }));
    const unnamed = two((u, mark) => mark(u));
    expect(() => layerOf(unnamed, 'fixed')).not.toThrow();
    expect(() => layerOf(unnamed, 'learned')).toThrow(/learned step size.*preactivation\(u, 'a'\)/);
    expect(() =>
      layerOf(
        two((u, mark) => mark(u, 'a')),
        'learned',
      ),
    ).toThrow(/this one of 3 units has a/);
    const misnamed = defineCell({
      ...parseCell('elman'),
      step: ({ state: { h }, preactivation }) => ({ h: preactivation(h!, 'c') }),
    });
    expect(() => buildLayer({ ...specOf(misnamed), step: { kind: 'fixed', delta: 1 } }, 2)).toThrow(
      /"c" is not a state component; they are h/,
    );
    const matrix = marked(({ state: { a, b }, parameters: { M }, preactivation }) => ({
      a,
      b: add(b, sum(preactivation(M))),
    }));
    expect(() => layerOf(matrix, 'fixed')).toThrow(/a preactivation must be a row vector/);
  });

  const specOf = (cell: Cell) => ({
    cell,
    units: 3,
    noise: parseNoise('inside:add=0.3'),
    solver: solverNamed('euler'),
  });
});

describe('what is written down', () => {
  it.each([
    ['gaussian', /unknown noise scheme "gaussian"; known: none, sde/],
    ['sde:sigma=1', /unknown key.*"sigma"; known: add, mult, eps/],
    ['sde:add=-1', /add: got -1, must be 0 or more/],
    ['dropout:rate=1', /rate: got 1, must be 0 or more and below 1/],
    ['published:mult=2', /mult: got 2, must be between 0 and 1/],
    ['none:eps=1', /unknown key/],
  ])('%s is refused', (text, message) => {
    expect(() => parseNoise(text)).toThrow(InputError);
    expect(() => parseNoise(text)).toThrow(message);
  });

  it('a scheme of amplitude zero draws nothing', () => {
    for (const text of ['sde', 'independent', 'scalar', 'published', 'dropout', 'inside'])
      expect(noiseProperties(parseNoise(text)), text).toMatchObject({ draws: false });
    expect(noiseProperties(parseNoise('sde:add=1'))).toMatchObject({ draws: true, additive: true });
    expect(noiseProperties(parseNoise('sde:add=1,mult=1'))).toMatchObject({ draws: true, additive: false });
  });
});
