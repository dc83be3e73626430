/**
 * One process that computes with the package: `node bench/ours.mjs '{"work":…,"mode":"train","engine":"wasm","threads":2}'`,
 * driven as `serve.mjs` says. Modes: `train` (gradient through all steps, reduction, Adam), `infer` (noise-free logits),
 * `gradient` (noise as in training, no update), `quiet` (gradient of the noise-free loss), `hessian` (a Hessian-vector
 * product), `update` (Adam alone).
 */
import { loadLibrary } from './library.mjs';
import { serve } from './serve.mjs';
import { makeProblem } from './works.mjs';

const { work, mode, engine: engineName, threads } = JSON.parse(process.argv[2]);
const library = await loadLibrary();
library.setKernelFlags();
const engine = await library.openBuild(engineName, threads);
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

await serve(steps[mode], { build: engine.build });
await engine.close();
