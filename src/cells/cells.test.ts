/** Every built-in cell against its equations in plain loops; definitions that are refused; how parameters start. */
import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import { InputError } from '../errors.js';
import { add, matmul, type Tensor } from '../graph/index.js';
import { buildLayer, buildModel, initialise } from '../model/index.js';
import { parseNoise } from '../noise/index.js';
import { hoist, phase, sequence } from '../program/index.js';
import { createGenerator } from '../random/index.js';
import { solverNamed } from '../solvers/index.js';
import { type Cell, cells, defineCell, measure, normal, parseCell, startAt } from './index.js';

const [units, inputs, delta] = [4, 3, 0.2];
type Vector = readonly number[];
type Weights = (name: string) => Tensor;

const times = ({ shape, data }: Tensor, vector: Vector): number[] =>
  Array.from({ length: shape[0]! }, (_, i) =>
    vector.reduce((total, value, j) => total + data[i * shape[1]! + j]! * value, 0),
  );
const plus = (...vectors: readonly (Vector | Float64Array)[]): number[] =>
  Array.from(vectors[0]!, (_, i) => vectors.reduce((total, vector) => total + vector[i]!, 0));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const each = (rule: (...values: number[]) => number, ...vectors: readonly Vector[]): number[] =>
  vectors[0]!.map((_, i) => rule(...vectors.map((vector) => vector[i]!)));
/** Σ_k of m_ik and m_ki, weighted, less γ on the diagonal. */
const mixed = ({ shape, data }: Tensor, own: number, transposed: number, gamma: number): Tensor => {
  const n = shape[0]!;
  const entry = (i: number, j: number) =>
    own * data[i * n + j]! + transposed * data[j * n + i]! - (i === j ? gamma : 0);
  return { shape, data: Float64Array.from({ length: n * n }, (_, k) => entry(Math.floor(k / n), k % n)) };
};

/** The next state from the state and input, as in the papers. */
const equations: Readonly<
  Record<string, (state: Record<string, Vector>, x: Vector, at: Weights) => Record<string, Vector>>
> = {
  noisy: ({ h }, x, at) => {
    // S(M) = (1−β)(M + Mᵀ) + β(M − Mᵀ) − γI = M + (1−2β)Mᵀ − γI
    const A = mixed(at('M_A'), 1, 1 - 2 * 0.8, 0.01);
    const W = mixed(at('M_W'), 1, 1 - 2 * 0.8, 0.02);
    const drift = plus(times(A, h!), plus(times(W, h!), times(at('U'), x), at('b').data).map(Math.tanh));
    return { h: each((a, f) => a + delta * f, h!, drift) };
  },
  antisymmetric: ({ h }, x, at) => {
    const W = mixed(at('M'), 1, -1, 0.03);
    const drift = plus(times(W, h!), times(at('U'), x), at('b').data).map(Math.tanh);
    return { h: each((a, f) => a + delta * f, h!, drift) };
  },
  elman: ({ h }, x, at) => ({ h: plus(times(at('W'), h!), times(at('U'), x), at('b').data).map(Math.tanh) }),
  gru: ({ h }, x, at) => {
    const gate = (g: string) => plus(times(at(`W_${g}`), h!), times(at(`U_${g}`), x), at(`b_${g}`).data).map(sigmoid);
    const [r, z] = [gate('r'), gate('z')];
    const inner = plus(times(at('W_n'), h!), at('c_n').data);
    const n = each((u, reset, own) => Math.tanh(u + reset * own), plus(times(at('U_n'), x), at('b_n').data), r, inner);
    return { h: each((keep, candidate, own) => (1 - keep) * candidate + keep * own, z, n, h!) };
  },
  cornn: ({ y, v }, x, at) => {
    // As in the authors' code: hz += dt (tanh(i2h(x, hz, hy)) − γ hy − ε hz), hy += dt hz.
    const drive = plus(times(at('U'), x), times(at('R'), v!), times(at('W'), y!), at('b').data).map(Math.tanh);
    const velocity = each((own, force, place) => own + 0.05 * (force - 1.3 * place - 2.1 * own), v!, drive, y!);
    return { v: velocity, y: each((place, speed) => place + 0.05 * speed, y!, velocity) };
  },
  exponential: ({ h }, x, at) => {
    const skew = Array.from({ length: units }, () => new Array<number>(units).fill(0));
    let entry = 0;
    for (let i = 0; i < units; i++)
      for (let j = i + 1; j < units; j++) {
        skew[i]![j] = at('K').data[entry]!;
        skew[j]![i] = -at('K').data[entry]!;
        entry += 1;
      }
    // hᵀ exp(A) as the authors write it, by the power series: hᵀ + hᵀA + hᵀA²/2 + …
    let term = [...h!];
    let turned = [...h!];
    for (let order = 1; order < 60; order++) {
      term = skew.map((_, j) => term.reduce((total, value, i) => total + value * skew[i]![j]!, 0) / order);
      turned = plus(turned, term);
    }
    const modRelu = (u: number, b: number) => Math.sign(u) * Math.max(0, Math.abs(u) + b);
    return { h: each(modRelu, plus(turned, times(at('U'), x)), [...at('b').data]) };
  },
  lstm: ({ h, c }, x, at) => {
    const gate = (g: string) => plus(times(at(`W_${g}`), h!), times(at(`U_${g}`), x), at(`b_${g}`).data);
    const [i, f, o] = ['i', 'f', 'o'].map((g) => gate(g).map(sigmoid)) as [number[], number[], number[]];
    const memory = each((enter, forget, g, own) => forget * own + enter * Math.tanh(g), i, f, gate('g'), c!);
    return { c: memory, h: each((leave, m) => leave * Math.tanh(m), o, memory) };
  },
  mingru: ({ h }, x, at) => {
    const take = plus(times(at('U_z'), x), at('b_z').data).map(sigmoid);
    const candidate = plus(times(at('U_n'), x), at('b_n').data);
    return { h: each((z, own, n) => (1 - z) * own + z * n, take, h!, candidate) };
  },
  lem: ({ y, z }, x, at) => {
    const drive = (g: string, of: Vector) => plus(times(at(`W_${g}`), of), times(at(`U_${g}`), x), at(`b_${g}`).data);
    const blend = (own: Vector, step: Vector, towards: Vector) =>
      each((value, s, goal) => (1 - 0.4 * s) * value + 0.4 * s * goal, own, step, towards);
    const memory = blend(z!, drive('1', y!).map(sigmoid), drive('z', y!).map(Math.tanh));
    return { z: memory, y: blend(y!, drive('2', y!).map(sigmoid), drive('y', memory).map(Math.tanh)) };
  },
};
const texts: Readonly<Record<string, string>> = {
  noisy: 'noisy:beta=0.8,gammaA=0.01,gammaW=0.02',
  lipschitz: 'lipschitz:beta=0.8,gammaA=0.01,gammaW=0.02',
  antisymmetric: 'antisymmetric:gamma=0.03',
  cornn: 'cornn:delta=0.05,gamma=1.3,kappa=2.1',
  lem: 'lem:delta=0.4',
};

function layerOf(cell: Cell) {
  const step = { kind: 'fixed', delta: cell.step === undefined ? delta : 1 } as const;
  return buildLayer({ cell, units, noise: parseNoise('none'), solver: solverNamed('euler'), step }, inputs);
}

describe('several steps of each built-in cell', () => {
  const steps = 5;
  const rule = (name: string) => equations[name === 'lipschitz' ? 'noisy' : name];

  it.each(Object.keys(cells))('%s', async (name) => {
    expect(rule(name), 'a new cell needs its equations in this file').toBeDefined();
    const layer = layerOf(parseCell(texts[name] ?? name));
    const { carries } = layer.step(sequence('x', inputs), { noisy: false, masked: false });
    const program = hoist({ prepare: {}, finish: {}, phases: [phase('step', 'scan', { carries })] });
    const generator = createGenerator(4, name);
    const normals = (count: number) => Float64Array.from({ length: count }, () => generator.normal());
    const parameters = Object.fromEntries(
      Object.entries(layer.parameters).map(([key, { shape }]) => [
        key,
        { shape, data: normals(shape.reduce((a, b) => a * b, 1)) },
      ]),
    );
    const state = Object.fromEntries(Object.entries(layer.state).map(([key, width]) => [key, normals(width)]));
    const x = normals(steps * inputs);
    const found = await createReferenceEngine()
      .compile(program, { carries: Object.keys(state) })
      .run({ rows: 1, steps, parameters, carries: state, sequences: { x } });
    let expected: Record<string, Vector> = Object.fromEntries(
      Object.entries(state).map(([key, values]) => [key, [...values]]),
    );
    for (let step = 0; step < steps; step++)
      expected = rule(name)!(expected, [...x.subarray(step * inputs, (step + 1) * inputs)], (key) => parameters[key]!);
    expect(Object.keys(expected).sort()).toEqual(Object.keys(state).sort());
    for (const [key, values] of Object.entries(expected))
      for (const [i, value] of values.entries()) expect(found.carries[key]![i], `${key}[${i}]`).toBeCloseTo(value, 12);
  });

  it('the readout of an LSTM reads h alone, that of a coRNN y', () => {
    expect(layerOf(parseCell('lstm')).width).toBe(units);
    expect(layerOf(parseCell('cornn')).width).toBe(units);
    expect(layerOf(parseCell('lem')).width).toBe(units);
  });
});

describe('a definition that does not hold together', () => {
  const sound = {
    name: 'mine',
    state: ({ units: n }: { units: number }) => ({ h: n }),
    parameters: ({ units: n }: { units: number }) => ({ W: { shape: [n, n], initial: normal(1) } }),
  };
  const build = (cell: Cell) => () => layerOf(cell).step(sequence('x', inputs), { noisy: true, masked: false });

  it.each<[string, () => unknown, RegExp]>([
    ['neither drift nor step', () => defineCell(sound), /cell mine: give either a drift.*or a step/],
    ['both', () => defineCell({ ...sound, drift: () => ({ h: 0 }), step: () => ({ h: 0 }) }), /not both or neither/],
    [
      'a component left out',
      build(defineCell({ ...sound, drift: () => ({}) as { h: number } })),
      /mine: no value for component "h"/,
    ],
    [
      'a component too many',
      build(defineCell({ ...sound, drift: () => ({ h: 0, g: 0 }) as { h: number } })),
      /mine: "g" is not a component/,
    ],
    [
      'a wrong width',
      build(defineCell({ ...sound, drift: ({ input }) => ({ h: input }) })),
      /mine: component "h" must be a row vector of 4, got x: row \[3\]/,
    ],
    [
      'a product that does not fit',
      build(defineCell({ ...sound, drift: ({ input, parameters: { W } }) => ({ h: matmul(W, input) }) })),
      /matmul: W: shared \[4,4\] has 4 columns but x: row \[3\] has 3/,
    ],
    [
      'a sum that does not fit',
      build(defineCell({ ...sound, drift: ({ state: { h }, input }) => ({ h: add(h, input) }) })),
      /add: h: row \[4\] and x: row \[3\]/,
    ],
    [
      'a name that cannot be used',
      () => measure({ ...sound, state: () => ({ 'h~v': 1 }), drift: () => ({}) }, { units, inputs }),
      /"h~v" is not a usable name/,
    ],
    [
      'noise on what is not there',
      () => measure({ ...sound, noisy: ['v'], drift: () => ({}) }, { units, inputs }),
      /"v" is not a state component; they are h/,
    ],
    [
      'no width',
      () => measure({ ...sound, state: () => ({ h: 0 }), drift: () => ({}) }, { units, inputs }),
      /width, got 0/,
    ],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });

  it('is reported when the model is built, before any training', () => {
    const cell = defineCell({ ...sound, drift: ({ input }) => ({ h: input }) });
    const step = { kind: 'fixed', delta: 0.1 } as const;
    const layer = { cell, units, noise: parseNoise('none'), solver: solverNamed('euler'), step };
    expect(() => buildModel({ layers: [layer], inputs, outputs: 2, readout: 'last' })).toThrow(/component "h"/);
  });

  it('numbers and single entries fill a component', () => {
    expect(build(defineCell({ ...sound, drift: () => ({ h: -1 }) }))).not.toThrow();
  });
});

describe('how parameters start', () => {
  const start = (text: string, size: number) =>
    initialise(measure(parseCell(text), { units: size, inputs: 2 }).parameters, 6);

  it('within the bounds of their kind, exact in float32, and not all the same', () => {
    const { U, M_A } = start('noisy', 40);
    const bound = 1 / Math.sqrt(2);
    expect(Math.max(...U!.data.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...U!.data.map(Math.abs))).toBeGreaterThan(0.9 * bound);
    expect(U!.data).toEqual(Float64Array.from(Float32Array.from(U!.data)));
    // N(0, (0.1/N)²) over 1600 entries: 4.9 standard errors of the variance, P < 1e-6.
    const variance = M_A!.data.reduce((total, x) => total + x * x, 0) / 1600 / (0.1 / 40) ** 2;
    expect(Math.abs(variance - 1)).toBeLessThan(4.9 * Math.sqrt(2 / 1600));
  });

  it('orthogonal means orthogonal', () => {
    const { W } = start('elman', 12);
    for (let i = 0; i < 12; i++)
      for (let j = 0; j <= i; j++) {
        let overlap = 0;
        for (let k = 0; k < 12; k++) overlap += W!.data[i * 12 + k]! * W!.data[j * 12 + k]!;
        expect(overlap).toBeCloseTo(i === j ? 1 : 0, 6);
      }
  });

  it('rotations turn pairs of units by angles up to π and nothing else', () => {
    const { K } = start('exponential', 7);
    const places = [0, 6 + 5, 6 + 5 + 4 + 3];
    const angles = places.map((place) => K!.data[place]!);
    expect(K!.data.length).toBe(21);
    expect(K!.data.filter((value) => value !== 0)).toEqual(Float64Array.from(angles));
    expect(angles.every((angle) => Math.abs(angle) <= Math.PI)).toBe(true);
    expect(() => start('exponential', 1)).toThrow(/needs 2 units or more, got 1/);
  });

  it('coRNN: one bound for all weights, 1/√(I + 2N)', () => {
    for (const { data } of Object.values(start('cornn', 49)))
      expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(0.1);
  });

  it('the same for the same seed and name, whatever else the cell has', () => {
    const alone = initialise({ b: { shape: [3], initial: normal(1) } }, 6);
    const together = initialise({ a: { shape: [2], initial: startAt(7) }, b: { shape: [3], initial: normal(1) } }, 6);
    expect(together.b).toEqual(alone.b);
    expect(together.a!.data).toEqual(Float64Array.of(7, 7));
    expect(initialise({ b: { shape: [3], initial: normal(1) } }, 7).b).not.toEqual(alone.b);
  });
});

describe('cells as they are written down', () => {
  it.each([
    ['noise', /unknown model "noise"; known: noisy.*did you mean "noisy"/],
    ['noisy:gamma=1', /unknown key.*"gamma"/],
    ['noisy:beta=2', /beta: got 2, must be between 0 and 1/],
    ['cornn:delta=0', /delta: got 0, must be above 0/],
    ['gru:beta=1', /unknown key.*known: none/],
  ])('%s is refused', (text, message) => {
    expect(() => parseCell(text)).toThrow(InputError);
    expect(() => parseCell(text)).toThrow(message);
  });
});
