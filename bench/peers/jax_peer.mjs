/**
 * The Noisy RNN in jax-js, on its wasm backend: a loop over time of jitted steps, each differentiated by `vjp`.
 *   node jax_peer.mjs check PROBLEM        loss, noise-free logits and gradients as JSON
 *   node jax_peer.mjs run PROBLEM MODE     driven as ../serve.mjs says
 *
 * `valueAndGrad` of the whole loop, as one would write first, costs the square of the steps (tracing; there is no `scan`),
 * so that the pull-backs are chained here. A step is jitted in two halves, product and update: in one function, which computes its
 * products anew on the way back, the backward step takes twice as long.
 */
import { readFileSync } from 'node:fs';
import { blockUntilReady, init, jit, nn, numpy as np, random, tree, valueAndGrad, vjp } from '@jax-js/jax';
import { serve } from '../serve.mjs';

const [verb, path, mode] = process.argv.slice(2);
const problem = JSON.parse(readFileSync(path, 'utf8'));
const { cell, units, steps, batch, classes, settings } = problem;
if (cell !== 'noisy') throw new Error(`this peer has no cell ${cell}`);
await init('wasm');

const decode = (text) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
const tensor = (values, shape) => np.array(values).reshape(shape);
let parameters = Object.fromEntries(
  Object.entries(problem.parameters).map(([name, { shape, data }]) => [name, tensor(decode(data), shape)]),
);
const byRow = decode(problem.x);
const byTime = Array.from({ length: steps }, (_, t) => {
  const { inputs } = problem;
  const at = (row, i) => byRow[(row * steps + t) * inputs + i];
  const values = Float32Array.from({ length: batch * inputs }, (_, i) => at(Math.floor(i / inputs), i % inputs));
  return tensor(values, [batch, inputs]);
});
const oneHot = Float32Array.from({ length: batch * classes }, (_, i) =>
  Number(problem.labels[Math.floor(i / classes)] === i % classes),
);
const targets = tensor(oneHot, [batch, classes]);
const zeros = (...shape) => tensor(new Float32Array(shape.reduce((size, length) => size * length, 1)), shape);
const start = zeros(batch, units);
const [unitScale, noShift] = [tensor(new Float32Array(batch * units).fill(1), [batch, units]), zeros(batch, units)];
await blockUntilReady([parameters, byTime, targets, start, unitScale, noShift]);

// A function takes its arguments' references: `ref` keeps one for later use.

function symmetricSkew(m, gamma) {
  const transposed = m.ref.transpose();
  const symmetric = m.ref.add(transposed.ref).mul(1 - settings.beta);
  return symmetric.add(m.sub(transposed).mul(settings.beta)).sub(np.eye(units).mul(gamma));
}

/** Both recurrent matrices side by side. */
const matricesOf = (ma, mw) =>
  np.concatenate([symmetricSkew(ma, settings.gammaA).transpose(), symmetricSkew(mw, settings.gammaW).transpose()], 1);
const driveOf = (x, u, b) => np.matmul(x, u.transpose()).add(b);

function updateOf(h, product, drive, step, scale, shift) {
  const linear = product.ref.slice([], [0, units]);
  const bent = np.tanh(product.slice([], [units, 2 * units]).add(drive));
  return h.add(linear.add(bent).mul(step).mul(scale)).add(shift);
}

const logitsOf = (h, weight, bias) => np.matmul(h, weight.transpose()).add(bias);

/** Cross-entropy, mean over rows. */
function lossOf(h, weight, bias, wanted) {
  return np.sum(nn.logSoftmax(logitsOf(h, weight, bias)).mul(wanted)).mul(-1 / batch);
}

/** A jitted pull-back of `f` at `primals`; `constants` follow them. */
const pullBack = (f) =>
  jit((primals, constants, cotangent) => {
    const [value, pull] = vjp((...variables) => f(...variables, ...constants), primals);
    tree.dispose(value);
    const cotangents = pull(cotangent);
    pull.dispose();
    return cotangents;
  });

const prepare = jit(matricesOf);
const multiply = jit((h, matrices) => np.matmul(h, matrices));
const drive = jit(driveOf);
const update = jit(updateOf);
const readout = jit(logitsOf);
const loss = jit(valueAndGrad(lossOf, { argnums: [0, 1, 2] }));
const pullPrepare = pullBack(matricesOf);
const pullMultiply = pullBack((h, matrices) => np.matmul(h, matrices));
const pullDrive = pullBack((u, b, x) => driveOf(x, u, b));
const pullUpdate = pullBack(updateOf);
const accumulate = jit((sums, more) => tree.map((a, b) => a.add(b), sums, more));
const nextKeys = jit((key) => {
  const keys = random.split(key, 3);
  return [keys.ref.slice(0), keys.ref.slice(1), keys.slice(2)];
});
const drawScale = jit((key) => random.uniform(key, [batch, units], { minval: 1 - settings.mult, maxval: 1 }));
const drawShift = jit((key) => random.normal(key, [batch, units]).mul(settings.add));

let key = random.key(1);

/** Uniform multiplicative and normal additive noise of one step, or none. */
function drawNoise(noisy) {
  if (!noisy) return [unitScale.ref, noShift.ref];
  const [following, forScale, forShift] = nextKeys(key);
  key = following;
  return [drawScale(forScale), drawShift(forShift)];
}

/** The last state [batch, units]; `record` is given what each step's pull-back needs. */
async function unroll(matrices, noisy, record) {
  let h = start.ref;
  for (const x of byTime) {
    const product = multiply(h.ref, matrices.ref);
    const driven = drive(x.ref, parameters.U.ref, parameters.b.ref);
    const [scale, shift] = drawNoise(noisy);
    record?.([h.ref, product.ref, driven.ref, parameters.step.ref, scale.ref, shift.ref]);
    h = update(h, product, driven, parameters.step.ref, scale, shift);
    await blockUntilReady(h);
  }
  return h;
}

/** Loss and gradient by name. */
async function differentiate(noisy) {
  const { M_A, M_W, U, b, step, 'readout.weight': weight, 'readout.bias': bias } = parameters;
  const matrices = prepare(M_A.ref, M_W.ref);
  const tape = [];
  const last = await unroll(matrices, noisy, (values) => tape.push(values));
  const [value, [toLast, toWeight, toBias]] = loss(last, weight.ref, bias.ref, targets.ref);
  let toH = toLast;
  let sums = tree.map(({ shape }) => zeros(...shape), { matrices, U, b, step });
  for (let t = steps - 1; t >= 0; t--) {
    const [h, product, driven, size, scale, shift] = tape.pop();
    const [direct, toProduct, toDrive, toStep] = pullUpdate([h.ref, product, driven, size], [scale, shift], toH);
    const [throughProduct, toMatrices] = pullMultiply([h, matrices.ref], [], toProduct);
    const [toU, toB] = pullDrive([U.ref, b.ref], [byTime[t].ref], toDrive);
    sums = accumulate(sums, { matrices: toMatrices, U: toU, b: toB, step: toStep });
    toH = accumulate(direct, throughProduct);
    await blockUntilReady([toH, sums]);
  }
  tree.dispose([toH, matrices]);
  const { matrices: toMatrices, ...rest } = sums;
  const [toA, toW] = pullPrepare([M_A.ref, M_W.ref], [], toMatrices);
  return [value, { M_A: toA, M_W: toW, ...rest, 'readout.weight': toWeight, 'readout.bias': toBias }];
}

const adam = jit((values, first, second, gradient, rate) => {
  const m = tree.map((old, g) => old.mul(0.9).add(g.mul(0.1)), first, tree.ref(gradient));
  const v = tree.map((old, g) => old.mul(0.999).add(np.square(g).mul(0.001)), second, gradient);
  const moved = (p, a, b) => p.sub(a.mul(rate.ref).div(np.sqrt(b).add(1e-8)));
  const next = tree.map(moved, values, tree.ref(m), tree.ref(v));
  rate.dispose();
  return [next, m, v];
});
let moments = [0, 1].map(() => tree.map(({ shape }) => zeros(...shape), parameters));
let updates = 0;

const modes = {
  train: async () => {
    const [value, gradient] = await differentiate(true);
    updates += 1;
    const rate = np.array(new Float32Array([(0.001 * Math.sqrt(1 - 0.999 ** updates)) / (1 - 0.9 ** updates)]));
    [parameters, ...moments] = adam(parameters, ...moments, gradient, rate.reshape([]));
    await blockUntilReady([parameters, moments]);
    await value.data();
  },
  infer: () => logits(),
};

async function logits() {
  const matrices = prepare(parameters.M_A.ref, parameters.M_W.ref);
  const last = await unroll(matrices, false);
  matrices.dispose();
  return readout(last, parameters['readout.weight'].ref, parameters['readout.bias'].ref).data();
}

if (verb === 'check') {
  const [value, gradient] = await differentiate(false);
  const found = Object.fromEntries(Object.entries(gradient).map(([name, array]) => [name, [...array.dataSync()]]));
  process.stdout.write(JSON.stringify({ loss: value.dataSync()[0], logits: [...(await logits())], gradient: found }));
} else await serve(modes[mode]);
