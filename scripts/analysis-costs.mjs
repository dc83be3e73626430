// Times the analyses of the pixel model (N = 128, M = 784) against its gradient, alternating, medians of several rounds.
// With a fourth number it also makes 100 Lanczos steps over so many images, which takes long.
//   node scripts/analysis-costs.mjs [rows=128] [rounds=5] [threads=2] [images=0]
import {
  cut,
  extremeEigenvalues,
  hessianOperator,
  lyapunovExponents,
  regulariserContributions,
  stochasticRegulariser,
} from '../dist/analysis/index.js';
import { openEngine } from '../dist/engine/open-engine.js';
import { createObjective, initialise } from '../dist/model/index.js';
import { setKernelFlags } from '../dist/platform/node-v8.js';
import { createGenerator, deriveKey } from '../dist/random/index.js';
import { pixelModel } from './pixel-model.mjs';

const [rows = 128, rounds = 5, threads = 2, images = 0] = process.argv.slice(2).map(Number);
setKernelFlags();
const engine = await openEngine('wasm', threads);
const model = pixelModel();
const parameters = initialise(model.parameters, 1);
const generator = createGenerator(1);
const batchOf = (count) => ({
  rows: count,
  steps: 784,
  inputs: Float32Array.from({ length: count * 784 }, () => generator.uniform()),
  labels: Array.from({ length: count }, (_, row) => row % 10),
});
const batch = batchOf(rows);
const objective = createObjective(model, engine);
const noise = { key: deriveKey(1), samples: Uint32Array.from({ length: rows }, (_, row) => row) };
const verbs = {
  gradient: () => objective.gradient(parameters, batch),
  'gradient, noise on': () => objective.gradient(parameters, batch, noise),
  H·v: () => objective.hessianVector(parameters, batch, parameters),
  'regulariser probe': () => stochasticRegulariser(model, engine, parameters, batch, { probes: 1 }),
  'probe by step and unit': () => regulariserContributions(model, engine, parameters, batch, { probes: 1 }),
};
const seconds = Object.fromEntries(Object.keys(verbs).map((name) => [name, []]));
for (let round = -1; round < rounds; round++)
  for (const [name, verb] of Object.entries(verbs)) {
    const start = performance.now();
    await verb();
    if (round >= 0) seconds[name].push((performance.now() - start) / 1000);
  }
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const gradient = median(seconds.gradient);
console.log(`${engine.build}, ${engine.threads} threads, ${rows} rows, N = 128, M = 784`);
for (const [name, values] of Object.entries(seconds))
  console.log(`${name}: ${median(values).toFixed(3)} s, ${(median(values) / gradient).toFixed(2)} gradients`);
const start = performance.now();
await lyapunovExponents(model, engine, parameters, batchOf(100), { exponents: 10 });
console.log(`10 Lyapunov exponents of 100 sequences: ${((performance.now() - start) / 1000).toFixed(1)} s`);
if (images > 0) {
  const data = cut(batchOf(images), 250);
  const operator = hessianOperator(objective, parameters, data);
  const begin = performance.now();
  const found = await extremeEigenvalues(operator, { maximumSteps: 100, tolerance: 0, top: 5, bottom: 5 });
  console.log(
    `${found.steps} Lanczos steps over ${images} images: ${((performance.now() - begin) / 1000).toFixed(0)} s`,
  );
}
await engine.close();
