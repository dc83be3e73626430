// Curvature of the published PyTorch model on its golden batch, by this package: JSON with the weights under their PyTorch
// names, the batch and the figures, for scripts/compare-pyhessian.py to set beside PyHessian's.
//   node scripts/compare-pyhessian.mjs [GOLDEN_DIR] > ours.json
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyzeHessian, assemble, hessianOperator, spectralDensity } from '../dist/analysis/index.js';
import { noisyCell } from '../dist/cells/index.js';
import { createReferenceEngine } from '../dist/engine/reference/reference-engine.js';
import { fromPublished } from '../dist/interop/published.js';
import { readSafetensors } from '../dist/interop/safetensors.js';
import { buildModel, createObjective } from '../dist/model/index.js';
import { parseNoise } from '../dist/noise/index.js';
import { solverNamed } from '../dist/solvers/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [folder = join(root, '../shared/golden/noisy-rnn-pytorch')] = process.argv.slice(2);
if (!existsSync(join(folder, 'weights.safetensors'))) {
  console.error(`no weights.safetensors in ${folder}: nothing is compared; give the folder that holds it`);
  process.exit(1);
}
const { config, inputs, labels } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
const { tensors } = readSafetensors(readFileSync(join(folder, 'weights.safetensors')));
const { parameters, sizes } = fromPublished(tensors);
const { beta, gammaA, gammaW, B: rows, M: steps } = config;
const layer = {
  cell: noisyCell({ beta, gammaA, gammaW }),
  units: sizes.units,
  noise: parseNoise('none'),
  solver: solverNamed('euler'),
  step: { kind: 'learned', delta: 0.01 },
};
const model = buildModel({ layers: [layer], inputs: sizes.inputs, outputs: sizes.outputs, readout: 'last' });
const batches = [{ rows, steps, inputs: Float64Array.from(inputs.flat(2)), labels }];
const objective = createObjective(model, createReferenceEngine());
const figures = await analyzeHessian(objective, parameters, batches, {
  eigenvalues: 5,
  tolerance: 1e-12,
  steps: 400,
  seed: 1,
  density: { probes: 20 },
});
// Powers of the assembled matrix give the density's moments exactly.
const operator = hessianOperator(objective, parameters, batches);
const columns = await assemble(operator);
const times = (vector) => columns.map((column) => column.reduce((sum, own, i) => sum + own * vector[i], 0));
const squares = columns.map(times);
const inner = (a, b) => a.reduce((sum, own, i) => sum + own * b[i], 0);
const moments = [
  columns.reduce((sum, column, i) => sum + column[i], 0),
  columns.reduce((sum, column) => sum + inner(column, column), 0),
  columns.reduce((sum, column, i) => sum + inner(column, squares[i]), 0),
  squares.reduce((sum, square) => sum + inner(square, square), 0),
].map((sum) => sum / columns.length);

// One density a probe, so that their spread gives the error of what is read off them.
const densities = [];
for (let seed = 1; seed <= 40; seed++)
  densities.push(await spectralDensity(operator, { probes: 1, steps: 60, points: 4001, width: 0.002, seed }));

const weights = Object.fromEntries(
  Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]),
);
console.log(JSON.stringify({ config, inputs, labels, weights, moments, densities, figures }));
