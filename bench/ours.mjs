/**
 * One process that computes with the package: `node bench/ours.mjs '{"work":…,"mode":"train","engine":"wasm","threads":2}'`.
 * Warms up, says {"ready":seconds}, then answers {"go":n} with the mean seconds of n steps and {"end":true} with its peak
 * memory. Modes: `train` (gradient through all steps, reduction, Adam), `infer` (noise-free logits), `gradient` (noise
 * as in training, no update), `quiet` (gradient of the noise-free loss), `hessian` (a Hessian-vector product), `update`
 * (Adam alone).
 */
import { createInterface } from 'node:readline';
import { loadLibrary } from './library.mjs';
import { makeProblem } from './works.mjs';

const { work, mode, engine: engineName, threads } = JSON.parse(process.argv[2]);
const library = await loadLibrary();
library.setKernelFlags();
const engine = await library.openEngine(engineName, threads);
const { model, parameters, draws, batch } = makeProblem(library, work);
const objective = library.createObjective(model, engine);
const optimiser = library.createOptimiser({ name: 'adam' }, { roundToFloat32: engine.precision === 'float32' });
const rates = { lr: 0.001, weightDecay: 0 };
const samples = Uint32Array.from({ length: batch.rows }, (_, row) => row);
let updates = 0;

function freshNoise() {
  updates += 1;
  return draws ? { key: library.deriveKey(1, 'noise', updates), samples } : undefined;
}

async function train() {
  const { gradient } = await objective.gradient(parameters, batch, freshNoise());
  optimiser.step(parameters, gradient, () => rates);
}

const steps = {
  train,
  infer: () => objective.logits(parameters, batch),
  gradient: () => objective.gradient(parameters, batch, freshNoise()),
  quiet: () => objective.gradient(parameters, batch),
  hessian: () => objective.hessianVector(parameters, batch, parameters, freshNoise()),
  update: async () => optimiser.step(parameters, parameters, () => rates),
};

async function secondsOf(repeats) {
  const started = performance.now();
  for (let i = 0; i < repeats; i++) await steps[mode]();
  return (performance.now() - started) / 1000 / repeats;
}

const answer = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

await secondsOf(2);
answer({ ready: await secondsOf(1), build: engine.build });
for await (const line of createInterface({ input: process.stdin })) {
  const { go, end } = JSON.parse(line);
  if (end) break;
  answer({ seconds: await secondsOf(go) });
}
// Linux, and Node on every system, give kilobytes.
answer({ peakMegabytes: process.resourceUsage().maxRSS / 1024 });
await engine.close();
