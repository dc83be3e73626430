/**
 * The Noisy RNN as a TensorFlow.js user writes it: a loop over time, differentiated by tf.valueAndGrads, on the wasm backend.
 *   node tfjs_peer.mjs check PROBLEM        loss, noise-free logits and gradients as JSON
 *   node tfjs_peer.mjs run PROBLEM MODE     driven as ../serve.mjs says
 */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { serve } from '../serve.mjs';

const [verb, path, mode] = process.argv.slice(2);
const problem = JSON.parse(readFileSync(path, 'utf8'));
const { cell, units, steps, batch, classes, settings } = problem;
if (cell !== 'noisy') throw new Error(`this peer has no cell ${cell}`);
await tf.setBackend('wasm');
await tf.ready();

const decode = (text) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
const names = Object.keys(problem.parameters);
const parameters = Object.values(problem.parameters).map(({ shape, data }) =>
  tf.variable(tf.tensor(decode(data), shape)),
);
const byTime = tf.tidy(() => tf.unstack(tf.tensor(decode(problem.x), [batch, steps, problem.inputs]), 1));
const targets = tf.oneHot(tf.tensor1d(problem.labels, 'int32'), classes).toFloat();

function symmetricSkew(m, gamma) {
  const transposed = m.transpose();
  const symmetric = m.add(transposed).mul(1 - settings.beta);
  return symmetric.add(m.sub(transposed).mul(settings.beta)).sub(tf.eye(units).mul(gamma));
}

function logitsOf(values, noisy) {
  const p = Object.fromEntries(names.map((name, index) => [name, values[index]]));
  const a = symmetricSkew(p.M_A, settings.gammaA).transpose();
  const w = symmetricSkew(p.M_W, settings.gammaW).transpose();
  const u = p.U.transpose();
  const { mult, add } = settings;
  let h = tf.zeros([batch, units]);
  for (const x of byTime) {
    const f = h.matMul(a).add(h.matMul(w).add(x.matMul(u)).add(p.b).tanh());
    const update = f.mul(p.step);
    if (noisy) {
      const shape = [batch, units];
      const kept = tf
        .randomUniform(shape)
        .mul(mult)
        .add(1 - mult);
      h = h.add(update.mul(kept)).add(tf.randomNormal(shape).mul(add));
    } else h = h.add(update);
  }
  return h.matMul(p['readout.weight'].transpose()).add(p['readout.bias']);
}

/** Cross-entropy, mean over rows. */
const lossOf =
  (noisy) =>
  (...values) => {
    const logits = logitsOf(values, noisy);
    return logits.logSumExp(1).sub(logits.mul(targets).sum(1)).mean();
  };

const differentiate = { quiet: tf.valueAndGrads(lossOf(false)), noisy: tf.valueAndGrads(lossOf(true)) };
const optimiser = tf.train.adam(0.001);

const modes = {
  train: async () => {
    const { value, grads } = tf.tidy(() => differentiate.noisy(parameters));
    optimiser.applyGradients(Object.fromEntries(parameters.map(({ name }, index) => [name, grads[index]])));
    await value.data();
    tf.dispose([value, grads]);
  },
  infer: async () => {
    const logits = tf.tidy(() => logitsOf(parameters, false));
    await logits.data();
    logits.dispose();
  },
};

if (verb === 'check') {
  const { value, grads } = tf.tidy(() => differentiate.quiet(parameters));
  const logits = tf.tidy(() => logitsOf(parameters, false));
  const gradient = Object.fromEntries(names.map((name, index) => [name, [...grads[index].dataSync()]]));
  process.stdout.write(JSON.stringify({ loss: value.dataSync()[0], logits: [...logits.dataSync()], gradient }));
} else await serve(modes[mode], { version: tf.version.tfjs });
