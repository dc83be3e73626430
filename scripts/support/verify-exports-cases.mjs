/** One trained run of each kind. */
import { join } from 'node:path';
import {
  absolute,
  add,
  cells,
  concat,
  cos,
  defineCell,
  diagonal,
  divide,
  exp,
  fanIn,
  greater,
  log,
  logSumExp,
  matmul,
  maximum,
  minimum,
  multiply,
  negate,
  normal,
  reciprocal,
  select,
  sigmoid,
  sign,
  sin,
  slice,
  sqrt,
  square,
  startAt,
  subtract,
  sum,
  tanh,
} from '../../dist/index.js';
import { nodeFiles, resolveNodeCell, train } from '../../dist/node.js';
import { preferring } from '../../dist/train/build.js';

/** Each of 25 operations of rows. */
const everyOperation = defineCell({
  name: 'every-operation',
  state: ({ units }) => ({ h: units, g: 2 }),
  parameters: ({ units, inputs }) => ({
    W: { shape: [units, units], initial: normal(0.3) },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
    b: { shape: [units], initial: normal(0.2) },
    k: { shape: [1], initial: startAt(0.7) },
  }),
  step: ({ state: { h, g }, input, parameters: { W, U, b, k } }) => {
    const u = add(matmul(W, h), matmul(U, input));
    const gate = sigmoid(subtract(u, multiply(diagonal(W), b)));
    const size = sqrt(add(sum(square(h)), 1));
    const soft = divide(logSumExp(u), add(2, log(add(1, square(slice(g, 0, 1))))));
    const waves = add(multiply(sin(u), cos(negate(h))), multiply(k, exp(negate(absolute(u)))));
    const clipped = maximum(minimum(waves, 1.5), subtract(0, 1.25));
    const chosen = select(greater(h, multiply(0.1, sign(u))), clipped, multiply(0.5, tanh(u)));
    const scaled = multiply(chosen, reciprocal(size));
    const next = add(multiply(gate, h), multiply(subtract(1, gate), scaled));
    return { h: next, g: concat([tanh(soft), slice(scaled, 0, 1)]) };
  },
});

export async function trainedCases({ folder, dataDir, epochs, only }) {
  const data = dataDir === undefined ? { data: 'heartbeats' } : { data: 'ecg5000', dataDir };
  const noise = 'sde:add=0.05,mult=0.02';
  const kinds = {
    ...Object.fromEntries(Object.keys(cells).map((model) => [model, { model }])),
    'noisy, trained with noise': { model: 'noisy', noise },
    '300 units': { model: 'gru', units: 300, epochs: 1, limitTrain: 40 },
    'own cell': { model: everyOperation },
    'stack, learned start': {
      stack: [
        { model: 'noisy', initialState: 'learned:scale=0.3' },
        { model: 'gru', units: 16 },
      ],
    },
    'mixed, both ways': {
      stack: [
        { model: 'noisy', bidirectional: true },
        { model: 'lstm', units: 16, bidirectional: true },
        { model: 'gru', units: 16 },
      ],
    },
    'rk4, learned step': { model: 'noisy', solver: 'rk4', step: 'learned' },
    'readout every': { model: 'noisy', readout: 'every', noise },
    forecast: { model: 'noisy', task: 'forecast:horizon=1,steps=1' },
    'forecast, several': { model: 'gru', task: 'forecast:horizon=2,steps=3' },
  };
  const made = [];
  for (const [name, settings] of Object.entries(kinds)) {
    if (only !== undefined && !name.includes(only)) continue;
    const out = join(folder, name.replaceAll(/\W+/g, '-'));
    await train({ ...data, units: 32, epochs, seed: 1, engine: 'wasm', ...settings, out });
    const own = typeof settings.model === 'object' ? [settings.model] : [];
    made.push({ name, run: { path: out, files: nodeFiles, resolveCell: preferring(own, resolveNodeCell) } });
  }
  return made;
}
