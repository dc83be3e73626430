/**
 * Cells as a user of the library writes them: equations only, no derivative. The first three are classics; the others
 * each need one decision of the design (see the name of each and `test/contract/decisions.test.ts`).
 */
import { type Cell, defineCell, fanIn, normal, startAt } from '../../src/cells/index.js';
import {
  absolute,
  add,
  broadcast,
  broadcastRows,
  concat,
  cos,
  diagonal,
  divide,
  exp,
  greater,
  identityMatrix,
  log,
  logSumExp,
  matmul,
  maximum,
  minimum,
  multiply,
  type Node,
  negate,
  reciprocal,
  select,
  sigmoid,
  sign,
  sin,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  tanh,
  transpose,
} from '../../src/graph/index.js';

/** Lorenz, *Deterministic Nonperiodic Flow*, J. Atmos. Sci. 1963: three components of width one. */
export const lorenzCell: Cell = defineCell({
  name: 'lorenz',
  state: () => ({ x: 1, y: 1, z: 1 }),
  parameters: () => ({
    sigma: { shape: [1], initial: startAt(10) },
    rho: { shape: [1], initial: startAt(28) },
    beta: { shape: [1], initial: startAt(8 / 3) },
  }),
  drift: ({ state: { x, y, z }, parameters: { sigma, rho, beta } }) => ({
    x: multiply(sigma, subtract(y, x)),
    y: subtract(multiply(x, subtract(rho, z)), y),
    z: subtract(multiply(x, y), multiply(beta, z)),
  }),
});

/** Lorenz 1996, x_k' = (x_{k+1} − x_{k−2}) x_{k−1} − x_k + F on a ring, F = 8; it reads no input. */
export const lorenz96Cell: Cell = defineCell({
  name: 'lorenz96',
  state: ({ units }) => ({ x: units }),
  parameters: () => ({ forcing: { shape: [1], initial: startAt(8) } }),
  drift: ({ state: { x }, parameters: { forcing } }) => {
    const size = x.shape[0]!;
    const turned = (by: number) => concat([slice(x, by, size - by), slice(x, 0, by)]);
    const advected = multiply(subtract(turned(1), turned(size - 2)), turned(size - 1));
    return { x: add(subtract(advected, x), forcing) };
  },
});

/**
 * dh = rate·h dt + noise: geometric Brownian motion under `scalar:mult=s`, Ornstein–Uhlenbeck under `sde:add=s` with a
 * negative rate.
 */
export const linearCell = (rate: number): Cell =>
  defineCell({
    name: 'linear',
    state: ({ units }) => ({ h: units }),
    parameters: () => ({ rate: { shape: [1], initial: startAt(rate) } }),
    drift: ({ state: { h }, parameters }) => ({ h: multiply(parameters.rate, h) }),
  });

/** A driven pendulum whose stiffness and damping are learned, positive by construction; noise acts on the velocity. */
export const pendulumCell: Cell = defineCell({
  name: 'pendulum',
  state: () => ({ angle: 1, velocity: 1 }),
  parameters: ({ inputs }) => ({
    logStiffness: { shape: [1], initial: startAt(0) },
    logDamping: { shape: [1], initial: startAt(-1) },
    drive: { shape: [1, inputs], initial: fanIn(inputs) },
  }),
  drift: ({ state: { angle, velocity }, input, parameters: { logStiffness, logDamping, drive } }) => {
    const pull = multiply(exp(logStiffness), sin(angle));
    const friction = multiply(exp(logDamping), velocity);
    return { angle: velocity, velocity: subtract(matmul(drive, input), add(pull, friction)) };
  },
  noisy: ['velocity'],
  readout: ['angle'],
});

/** Decision 1, named tuple with slice and concatenation: a phase and a vector of positions and momenta in one. */
export const oscillatorsCell: Cell = defineCell({
  name: 'oscillators',
  state: ({ units }) => ({ phase: 1, motion: 2 * units }),
  parameters: ({ units, inputs }) => ({
    M: { shape: [units, units], initial: normal(0.5) },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
  }),
  drift: ({ state: { phase, motion }, input, parameters: { M, U } }) => {
    const units = M.shape[0]!;
    const position = slice(motion!, 0, units);
    const momentum = slice(motion!, units, units);
    const force = add(multiply(cos(phase), matmul(U, input)), tanh(matmul(M, position)));
    return { phase: 1, motion: concat([momentum, subtract(force, position)]) };
  },
  readout: ['motion'],
});

/** exp(K − Kᵀ) by its series to order 8: orthogonal to rounding for small K. */
function rotation(K: Node): Node {
  const generator = subtract(K, transpose(K));
  const identity = identityMatrix(K.shape[0]!);
  let series = identity;
  for (let order = 8; order > 0; order--) series = add(identity, multiply(1 / order, matmul(generator, series)));
  return series;
}

/** Decision 2, a stage that depends on parameters only: the step multiplies by a matrix exponential. */
export const rotationCell: Cell = defineCell({
  name: 'rotation',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({
    K: { shape: [units, units], initial: normal(0.1) },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
  }),
  step: ({ state: { h }, input, parameters: { K, U } }) => ({
    h: tanh(add(matmul(rotation(K), h), matmul(U, input))),
  }),
});

/** Decision 4, time and step size: a decay whose rate the input sets, exact for any steps through `given`. */
export const decayCell: Cell = defineCell({
  name: 'decay',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({ U: { shape: [units, inputs], initial: fanIn(inputs) } }),
  drift: ({ state: { h }, input, parameters: { U } }) => ({ h: negate(multiply(exp(matmul(U, input)), h)) }),
});

/** Decision 5, curvature: cubic in its state, so that tangents of tangents do not vanish. */
export const cubicCell: Cell = defineCell({
  name: 'cubic',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({
    W: { shape: [units, units], initial: normal(0.5) },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
  }),
  drift: ({ state: { h }, input, parameters: { W, U } }) => ({
    h: subtract(add(matmul(W, h), matmul(U, input)), multiply(h, multiply(h, h))),
  }),
});

/** Decision 7, a layer for stacking both ways: its output has another width than its input. */
export const mixerCell: Cell = defineCell({
  name: 'mixer',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({
    W: { shape: [units, units], initial: normal(0.4) },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
    b: { shape: [units], initial: startAt(0.1) },
  }),
  step: ({ state: { h }, input, parameters: { W, U, b } }) => ({
    h: tanh(add(add(matmul(W, h), matmul(U, input)), broadcastRows(b))),
  }),
});

/** Every operation that a step of rows may have, so that a target that misspells one shows it. Bounded, smooth but for kinks. */
export const everyOperationCell: Cell = defineCell({
  name: 'every-operation',
  state: ({ units }) => ({ h: units, g: 2 }),
  parameters: ({ units, inputs }) => ({
    W: { shape: [units, units], initial: normal(0.3) },
    U: { shape: [units, inputs], initial: fanIn(inputs) },
    b: { shape: [units], initial: normal(0.2) },
    k: { shape: [1], initial: startAt(0.7) },
  }),
  step: ({ state: { h, g }, input, parameters: { W, U, b, k } }) => {
    const units = W.shape[0]!;
    const u = add(matmul(W, h), matmul(U, input));
    const gate = sigmoid(subtract(u, multiply(diagonal(W), b)));
    const size = sqrt(add(sum(square(h)), 1));
    const soft = divide(logSumExp(u), add(2, log(add(1, square(slice(g!, 0, 1))))));
    const waves = add(multiply(sin(u), cos(negate(h))), multiply(k, exp(negate(absolute(u)))));
    const clipped = maximum(minimum(waves, 1.5), subtract(0, 1.25));
    const chosen = select(greater(h, multiply(0.1, sign(u))), clipped, multiply(0.5, tanh(broadcastRows(b))));
    const scaled = multiply(chosen, reciprocal(broadcast(size, [units])));
    const next = add(multiply(gate, h), multiply(subtract(1, gate), scaled));
    return { h: next, g: concat([tanh(soft), slice(scaled, 0, 1)]) };
  },
});
