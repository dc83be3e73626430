/** The certificate near each sample: never above what an adversary finds, sharper than the global one, exact to first order. */
import { describe, expect, it } from 'vitest';
import {
  analyzeMargins,
  certifiableModel,
  createClassifier,
  largestRemainder,
  localMargins,
  type MarginFigures,
  sensitivitiesOf,
} from '../../src/analysis/margins/index.js';
import { type Cell, defineCell, fanIn, parseCell, startAt } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { add, matmul, relu, sigmoid, subtract, type Tensors } from '../../src/graph/index.js';
import {
  type Batch,
  buildModel,
  createObjective,
  initialise,
  type Model,
  parseInitialState,
} from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { normals } from '../support/numbers.js';

const reference = createReferenceEngine();

/** f = a(W h + U x + b) − h for an activation of the user's own choice. */
const cellWith = (activation: typeof relu): Cell =>
  defineCell({
    name: 'own',
    state: ({ units }) => ({ h: units }),
    parameters: ({ units, inputs }) => ({
      W: { shape: [units, units], initial: fanIn(units) },
      U: { shape: [units, inputs], initial: fanIn(inputs) },
      b: { shape: [units], initial: startAt(0.1) },
    }),
    drift: ({ state: { h }, input, parameters: { W, U, b } }) => ({
      h: subtract(activation(add(add(matmul(W, h), matmul(U, input)), b)), h),
    }),
  });

interface Sizes {
  readonly inputs?: number;
  readonly outputs?: number;
  readonly learned?: boolean;
}

function modelOf(cell: Cell, { inputs = 1, outputs = 3, learned = false }: Sizes = {}): Model {
  const fixed = { kind: 'fixed', delta: cell.step === undefined ? 0.3 : 1 } as const;
  const layer = {
    cell,
    units: 4,
    noise: parseNoise('none'),
    solver: solverNamed('euler'),
    step: learned ? ({ kind: 'learned', delta: 0.3 } as const) : fixed,
    ...(learned ? { initialState: parseInitialState('learned:scale=0.5') } : {}),
  };
  return buildModel({ layers: [layer], inputs, outputs, readout: 'last' });
}

const randomly = (model: Model, seed: number, scale: number): Tensors => {
  const generator = createGenerator(seed, 'weights');
  return Object.fromEntries(
    Object.entries(initialise(model.parameters, seed)).map(([name, { shape, data }]) => [
      name,
      name === 'step'
        ? { shape, data: data.map((own) => own * (0.5 + generator.uniform())) }
        : { shape, data: normals(generator, data.length, scale) },
    ]),
  );
};

/** Logits [rows, K] of sequences. */
const logitsOf = (model: Model, parameters: Tensors, batch: Batch) =>
  createObjective(model, reference).logits(parameters, batch);

const largest = (values: ArrayLike<number>): number => {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
};

/** Random sequences labelled by the model itself. */
async function ownBatch(model: Model, parameters: Tensors, rows: number, steps: number, seed: number): Promise<Batch> {
  const { inputs: I, outputs: K } = model.spec;
  const inputs = normals(createGenerator(seed, 'inputs'), rows * steps * I);
  const logits = await logitsOf(model, parameters, { rows, steps, inputs });
  const labels = Array.from({ length: rows }, (_, row) => largest(logits.subarray(row * K, (row + 1) * K)));
  return { rows, steps, inputs, labels };
}

function valuesOf({ local, certified, attack, linearised }: MarginFigures) {
  if ('reason' in local || 'reason' in certified) throw new Error('there is no certificate');
  const numbers = ({ perSample }: { perSample: readonly (number | null)[] }) =>
    perSample.map((own) => own ?? Number.POSITIVE_INFINITY);
  return {
    local: numbers(local),
    certified: numbers(certified),
    attack: numbers(attack),
    linearised: numbers(linearised),
  };
}

const cells: readonly (readonly [string, Cell])[] = [
  ['noisy', parseCell('noisy:gammaA=0.3')],
  ['antisymmetric', parseCell('antisymmetric')],
  ['elman', parseCell('elman')],
  ['a sigmoid', cellWith(sigmoid)],
  ['a rectifier', cellWith(relu)],
];

describe.each(cells)('for %s', (_, cell) => {
  it('certified ≤ local ≤ attack on every sample of random models', async () => {
    const tightness = { local: 0, certified: 0 };
    for (let seed = 1; seed <= 6; seed++) {
      const model = modelOf(cell, { inputs: 1 + (seed % 2), outputs: 2 + (seed % 3), learned: seed > 4 && !cell.step });
      const parameters = randomly(model, seed, 0.3 + 0.15 * seed);
      const batch = await ownBatch(model, parameters, 6, 3 + seed, seed);
      const lengths = seed % 2 === 0 ? { lengths: [9, 3, 2, 1, 4, 5].map((own) => Math.min(own, batch.steps)) } : {};
      const figures = await analyzeMargins(model, reference, parameters, { ...batch, ...lengths });
      const { local, certified, attack, linearised } = valuesOf(figures);
      for (let row = 0; row < 6; row++) {
        expect(local[row]!).toBeGreaterThanOrEqual(certified[row]!);
        expect(local[row]!).toBeLessThanOrEqual(attack[row]!);
        expect(local[row]! > 0).toBe(attack[row]! > 0);
        expect(certified[row]!).toBeLessThanOrEqual(linearised[row]! * (1 + 1e-9));
      }
      tightness.local += figures.localTightness.value!;
      tightness.certified += figures.tightness.value!;
    }
    expect(tightness.local).toBeGreaterThan(1.5 * tightness.certified);
  });

  it('no change inside the ball alters the class: every direction of two and three steps, to the very edge', async () => {
    for (const steps of [2, 3]) {
      const model = modelOf(cell);
      const parameters = randomly(model, 10 + steps, 0.9);
      const batch = await ownBatch(model, parameters, 3, steps, 20 + steps);
      const { local } = valuesOf(await analyzeMargins(model, reference, parameters, batch));
      const generator = createGenerator(steps, 'directions');
      const count = 6000;
      for (let row = 0; row < 3; row++) {
        const sample = batch.inputs.slice(row * steps, (row + 1) * steps);
        const inputs = new Float64Array(count * steps);
        for (let at = 0; at < count; at++) {
          const direction = Array.from({ length: steps }, () => generator.normal());
          const scale = (local[row]! * ((at % 4) + 1)) / 4 / Math.hypot(...direction);
          for (let i = 0; i < steps; i++) inputs[at * steps + i] = sample[i]! + scale * direction[i]!;
        }
        const logits = await logitsOf(model, parameters, { rows: count, steps, inputs });
        for (let at = 0; at < count; at++)
          expect(largest(logits.subarray(at * 3, at * 3 + 3))).toBe(batch.labels![row]);
      }
    }
  });
});

it('tends to the linearised margin as the gap closes', async () => {
  const model = modelOf(parseCell('noisy'), { outputs: 2 });
  const parameters = randomly(model, 3, 0.7);
  const batch = await ownBatch(model, parameters, 1, 6, 3);
  const [first, second] = await logitsOf(model, parameters, batch);
  const shares: number[] = [];
  for (const gap of [1e-2, 1e-3, 1e-4]) {
    const bias = parameters['readout.bias']!;
    const shift = first! - second! - gap;
    const closer = {
      ...parameters,
      'readout.bias': { ...bias, data: bias.data.map((b, k) => (k === 0 ? b - shift : b)) },
    };
    const { local, linearised } = valuesOf(await analyzeMargins(model, reference, closer, { ...batch, labels: [0] }));
    shares.push(1 - local[0]! / linearised[0]!);
  }
  // What is missing is of first order in the gap, down to the 0.2 % of the search.
  expect(shares[0]!).toBeLessThan(0.2);
  expect(shares[1]!).toBeLessThan(0.25 * shares[0]!);
  expect(shares[2]!).toBeLessThan(0.004);
});

it('knows how preactivations and logits depend on inputs and on earlier states: finite differences', async () => {
  const [steps, N, I] = [4, 4, 2];
  const model = modelOf(cellWith(sigmoid), { inputs: I, learned: true });
  const parameters = randomly(model, 5, 0.8);
  const certifiable = await certifiableModel(model, parameters);
  if ('reason' in certifiable) throw new Error(certifiable.reason);
  const { form, sizes } = certifiable;
  const generator = createGenerator(5);
  const [inputs, start, v] = [steps * I, N, N].map((size) => normals(generator, size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  /** [steps + 1, N]: every preactivation, then v ⊙ h_M, with a push on h_{k+1}. */
  const walk = (x: Float64Array, push?: { readonly k: number; readonly j: number; readonly by: number }) => {
    let h = [...start];
    const rows: number[][] = [];
    for (let m = 0; m < steps; m++) {
      const at = [...x.subarray(m * I, (m + 1) * I)];
      const times = (matrix: { getRow(i: number): number[] }, i: number, by: readonly number[]) =>
        matrix.getRow(i).reduce((sum, own, j) => sum + own * by[j]!, 0);
      const u = form.b.map((b, i) => b + times(form.W, i, h) + times(form.U, i, at));
      rows.push(u);
      const bent = u.map((own) => 1 / (1 + Math.exp(-own)));
      h = h.map((own, i) => own + sizes[i]! * (form.c[i]! + times(form.A, i, h) + bent[i]! + times(form.B, i, at)));
      if (push?.k === m) h[push.j]! += push.by;
    }
    return [...rows, [h.reduce((sum, own, i) => sum + own * v[i]!, 0)]];
  };
  const around = sensitivitiesOf(certifiable, inputs, steps, start);
  const readout = around.pullBack(v);
  const base = walk(inputs);
  const close = (found: number, expected: number) => expect(Math.abs(found - expected)).toBeLessThan(1e-6);
  const step = 1e-5;
  const squares = base.map((row) => row.map(() => 0));
  for (let l = 0; l < steps * I; l++) {
    const [ahead, behind] = [1, -1].map((sign) => walk(inputs.map((x, at) => x + (at === l ? sign * step : 0))));
    for (const [m, row] of squares.entries())
      for (const i of row.keys()) row[i]! += ((ahead![m]![i]! - behind![m]![i]!) / (2 * step)) ** 2;
  }
  for (let m = 0; m < steps; m++)
    for (let i = 0; i < N; i++) {
      close(around.u[m * N + i]!, base[m]![i]!);
      close(around.reach[m * N + i]!, Math.sqrt(squares[m]![i]!));
    }
  close(readout.reach, Math.sqrt(squares[steps]![0]!));
  for (let k = 0; k < steps; k++)
    for (let j = 0; j < N; j++) {
      const [ahead, behind] = [step, -step].map((by) => walk(inputs, { k, j, by }));
      const slope = (m: number, i: number) => (sizes[j]! * Math.abs(ahead![m]![i]! - behind![m]![i]!)) / (2 * step);
      for (let m = k + 1; m < steps; m++)
        for (let i = 0; i < N; i++) close(around.between[((m * (m - 1)) / 2 + k) * N * N + i * N + j]!, slope(m, i));
      close(readout.fromState[k * N + j]!, slope(steps, 0));
    }
});

it('bounds the remainder of each activation, and no more than that', () => {
  const generator = createGenerator(1, 'remainders');
  const own = {
    tanh: [Math.tanh, (u: number) => 1 - Math.tanh(u) ** 2],
    sigmoid: [(u: number) => 1 / (1 + Math.exp(-u)), (u: number) => 1 / (2 + Math.exp(u) + Math.exp(-u))],
    rectifier: [(u: number) => Math.max(u, 0), (u: number) => (u > 0 ? 1 : 0)],
  } as const;
  for (const [name, [value, slope]] of Object.entries(own))
    for (let trial = 0; trial < 200; trial++) {
      const [u, reach] = [2 * generator.normal(), 3 * Math.abs(generator.normal())];
      const bound = largestRemainder(name as keyof typeof own, u, reach);
      let found = 0;
      for (let at = -400; at <= 400; at++) {
        const d = (reach * at) / 400;
        found = Math.max(found, Math.abs(value(u + d) - value(u) - slope(u) * d));
      }
      expect(found).toBeLessThanOrEqual(bound + 1e-15);
      expect(bound).toBeLessThanOrEqual(found + 1e-4 * (1 + found));
    }
});

it('says how many rows it can do where all would take too long', async () => {
  const model = buildModel({
    layers: [
      {
        cell: parseCell('elman'),
        units: 64,
        noise: parseNoise('none'),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta: 1 },
      },
    ],
    inputs: 1,
    outputs: 2,
    readout: 'last',
  });
  const parameters = initialise(model.parameters, 1);
  const batch = { rows: 30, steps: 120, inputs: new Float64Array(3600), labels: new Array<number>(30).fill(0) };
  const certifiable = await certifiableModel(model, parameters);
  if ('reason' in certifiable) throw new Error(certifiable.reason);
  const classifier = createClassifier(model, reference, parameters, batch);
  const found = localMargins(model, parameters, batch, classifier, new Float64Array(60), certifiable);
  expect(found).toEqual({ value: null, reason: expect.stringMatching(/analyse 26 rows or fewer/) });
});
