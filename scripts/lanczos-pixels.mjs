// Lanczos with full re-orthogonalisation on the Hessian of the pixel model (Noisy RNN, N = 128, one MNIST pixel a step,
// M = 784) over so many test images: what the steps cost, and the eigenvalues they found. Weights: the initial ones.
//   node scripts/lanczos-pixels.mjs [engine=auto] [images=1000] [steps=100] [threads=2] [DATA_DIR]
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cut, extremeEigenvalues, hessianOperator } from '../dist/analysis/index.js';
import { applyPreprocessing, fitPreprocessing, loadTest, selectRows } from '../dist/data/index.js';
import { openEngine } from '../dist/engine/open-engine.js';
import { createObjective, initialise } from '../dist/model/index.js';
import { nodeFiles as files } from '../dist/platform/node-files.js';
import { setKernelFlags } from '../dist/platform/node-v8.js';
import { pixelModel } from './pixel-model.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [choice = 'auto', images = '1000', steps = '100', threads = '2', dataDir = join(root, '../shared/data/mnist')] =
  process.argv.slice(2);
if (!existsSync(join(dataDir, 't10k-images-idx3-ubyte.gz'))) {
  console.log(`no t10k-images-idx3-ubyte.gz in ${dataDir}: nothing is measured; give the folder that holds it`);
  process.exit(0);
}
setKernelFlags();
const engine = await openEngine(choice, Number(threads));
const table = await loadTest({ name: 'mnist', dataDir, files });
const data = applyPreprocessing(table, fitPreprocessing(table, 'none'));
const rows = Uint32Array.from({ length: Number(images) }, (_, row) => row);
const { inputs, labels } = selectRows(data, rows);
const model = pixelModel();
const parameters = initialise(model.parameters, 1);
const batches = cut({ rows: rows.length, steps: data.steps, inputs, labels }, 250);
const objective = createObjective(model, engine);

/** Seconds by the clock and on processors, all threads together. */
async function timed(work) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, wall: (performance.now() - start) / 1000, processor: (user + system) / 1e6 };
}
const shown = ({ wall, processor }) => `${wall.toFixed(1)} s by the clock, ${processor.toFixed(1)} s of processor time`;

await objective.gradient(parameters, batches[0]);
const gradient = await timed(async () => {
  for (const batch of batches) await objective.gradient(parameters, batch);
});
console.log(`${engine.build}, ${engine.threads} threads, ${rows.length} images, N = 128, M = ${data.steps}`);
console.log(`one gradient: ${shown(gradient)}`);
const operator = hessianOperator(objective, parameters, batches);
const lanczos = await timed(() =>
  extremeEigenvalues(operator, { maximumSteps: Number(steps), tolerance: 0, top: 3, bottom: 3, seed: 1 }),
);
const { top, bottom, steps: taken } = lanczos.result;
console.log(`${taken} Lanczos steps: ${shown(lanczos)}`);
console.log(`a step is ${(lanczos.processor / taken / gradient.processor).toFixed(2)} gradients of processor time`);
const eigenvalue = ({ value, standardError }) => `${value.toPrecision(4)} (residual ${standardError.toExponential(1)})`;
console.log(`largest: ${top.map(eigenvalue).join(', ')}`);
console.log(`smallest: ${bottom.map(eigenvalue).join(', ')}`);
await engine.close();
