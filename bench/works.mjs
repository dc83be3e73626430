/** What is measured: the table of works, and each work as a model with weights, a batch and a noise. */

/** Published settings of the Noisy RNN; every peer is given the same numbers. */
const noisySettings = { beta: 0.75, gammaA: 0.001, gammaW: 0.001, delta: 0.01 };
const userSettings = { delta: 0.1, add: 0.05 };
const published = { mult: 0.02, add: 0.02 };

export const works = [
  { cell: 'noisy', units: 32, steps: 140, batch: 32 },
  { cell: 'noisy', units: 64, steps: 140, batch: 128 },
  { cell: 'noisy', units: 128, steps: 784, batch: 128 },
  { cell: 'noisy', units: 256, steps: 784, batch: 128 },
  { cell: 'gru', units: 128, steps: 784, batch: 128 },
  { cell: 'user', units: 128, steps: 784, batch: 128 },
];

export const quickWorks = works.slice(0, 2);
export const modes = ['train', 'infer'];

export const sizeOf = ({ units, steps, batch }) => `${units}x${steps}x${batch}`;
export const nameOf = (work) => `${work.cell}:${sizeOf(work)}`;

/** @param only comma-separated sizes, or cell:size; undefined for all. */
export function selectWorks(only, table = works) {
  if (only === undefined) return table;
  const wanted = only.split(',');
  const found = table.filter((work) => wanted.includes(sizeOf(work)) || wanted.includes(nameOf(work)));
  const unknown = wanted.find((name) => !table.some((work) => name === sizeOf(work) || name === nameOf(work)));
  if (unknown !== undefined)
    throw new Error(`--only ${unknown}: no such work; there are ${table.map(nameOf).join(', ')}`);
  return found;
}

/** h⁺ = h + δ σ(V h + c) ⊙ (tanh(W h + U x + b) − h) + s√δ ξ: a gated leaky unit that the package does not have. */
function gatedLeakyCell({ add, defineCell, fanIn, matmul, multiply, sigmoid, subtract, tanh }) {
  return defineCell({
    name: 'gated-leaky',
    state: ({ units }) => ({ h: units }),
    parameters: ({ units, inputs }) => ({
      V: { shape: [units, units], initial: fanIn(units) },
      c: { shape: [units], initial: fanIn(units) },
      W: { shape: [units, units], initial: fanIn(units) },
      U: { shape: [units, inputs], initial: fanIn(units) },
      b: { shape: [units], initial: fanIn(units) },
    }),
    drift: ({ state: { h }, input, parameters: { V, c, W, U, b } }) => {
      const gate = sigmoid(add(matmul(V, h), c));
      const target = tanh(add(add(matmul(W, h), matmul(U, input)), b));
      return { h: multiply(gate, subtract(target, h)) };
    },
  });
}

/** A layer of the work's cell, and the same settings as plain numbers for the peers. */
function layerOf(library, { cell, units }, changes) {
  const { noisyCell, gruCell, parseNoise, solverNamed } = library;
  const layer = { units, solver: solverNamed('euler') };
  switch (cell) {
    case 'noisy': {
      const { beta, gammaA, gammaW } = noisySettings;
      const { mult, add, delta } = { ...published, delta: noisySettings.delta, ...changes };
      return {
        ...layer,
        cell: noisyCell({ beta, gammaA, gammaW }),
        noise: parseNoise(`published:mult=${mult},add=${add}`),
        step: { kind: 'learned', delta },
        settings: { beta, gammaA, gammaW, mult, add },
      };
    }
    case 'gru':
      return {
        ...layer,
        cell: gruCell(),
        noise: parseNoise('none'),
        step: { kind: 'fixed', delta: 1 },
        settings: {},
      };
    case 'user': {
      const { delta, add } = { ...userSettings, ...changes };
      return {
        ...layer,
        cell: gatedLeakyCell(library),
        noise: parseNoise(`sde:add=${add}`),
        step: { kind: 'fixed', delta },
        settings: { delta, add },
      };
    }
    default:
      throw new Error(`no work has the cell ${cell}`);
  }
}

/**
 * @param options `changes`: other amplitudes (`mult`, `add`) and step size (`delta`) than the work's own; `large`: recurrent matrices of ordinary size where the
 *   cell starts with tiny ones (a check on tiny matrices would not see them); `alike`: every row has the same input.
 */
export function makeProblem(library, work, { changes = {}, large = false, alike = false } = {}) {
  const { settings, ...layer } = layerOf(library, work, changes);
  const model = library.buildModel({ layers: [layer], inputs: 1, outputs: 10, readout: 'last' });
  const specs = Object.entries(model.parameters).map(([name, spec]) => {
    const [rows, columns] = spec.shape;
    const square = large && rows === columns;
    return [name, square ? { ...spec, initial: library.fanIn(work.units) } : spec];
  });
  const parameters = library.initialise(Object.fromEntries(specs), 1);
  const { batch: rows, steps } = work;
  const wave = (row, step) =>
    Math.fround(0.5 + 0.5 * Math.sin((0.37 + 0.01 * (alike ? 0 : row)) * step + (alike ? 0 : row)));
  const inputs = Float32Array.from({ length: rows * steps }, (_, i) => wave(Math.floor(i / steps), i % steps));
  const labels = Uint8Array.from({ length: rows }, (_, row) => (alike ? 3 : row % 10));
  const draws = layer.noise.kind !== 'none' && work.cell !== 'gru';
  return { work, settings, model, parameters, draws, batch: { rows, steps, inputs, labels } };
}

/** A problem as JSON that a peer reads: float32 values in base64. */
export function serialise({ work, settings, parameters, batch }) {
  const encode = (values) => Buffer.from(Float32Array.from(values).buffer).toString('base64');
  const tensors = Object.entries(parameters).map(([name, { shape, data }]) => [name, { shape, data: encode(data) }]);
  return JSON.stringify({
    ...work,
    settings,
    classes: 10,
    inputs: 1,
    parameters: Object.fromEntries(tensors),
    x: encode(batch.inputs),
    labels: [...batch.labels],
  });
}

/** What `kernels.mjs` runs: `perStep` products of [units, units], or draws of [units], a step and row. */
export const kernelRun = { rows: 128, steps: 392, perStep: 2 };
const perUnit = kernelRun.rows * kernelRun.steps * kernelRun.perStep;
export const kernelFlops = (units) => 2 * units ** 2 * perUnit;
export const kernelDraws = (units) => units * perUnit;

/** Floating-point operations of the products of one step in a mode: N² multiply-adds a matrix, row and time step each way. */
export function productFlops({ cell, units, steps, batch }, mode) {
  const matrices = cell === 'gru' ? 3 : 2;
  const product = matrices * 2 * units ** 2 * batch * steps;
  const training = mode === 'train' ? product : 0;
  return { forward: product, backward: training, weights: training };
}

/** Random values that one training step has to draw at least, each once. */
export function noiseDraws({ cell, units, steps, batch }, mode) {
  const values = mode === 'train' ? units * steps * batch : 0;
  return { uniform: cell === 'noisy' ? values : 0, normal: cell === 'gru' ? 0 : values };
}
