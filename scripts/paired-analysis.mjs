// Trains pairs of models on ECG5000 that differ in their noise alone (on; off, the control), with the same seed for
// initial weights and batches, and compares every family of measures: differences over pairs with 95 % t intervals.
// What depends on noise (the regulariser) is taken for the first model's noise at either's weights; all else noise off.
//   node scripts/paired-analysis.mjs [seeds=10] [threads=2] [DATA_DIR] [OUT.json]
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyze } from '../dist/analysis/index.js';
import { applyPreprocessing, loadTest, selectRows } from '../dist/data/index.js';
import { openEngine } from '../dist/engine/open-engine.js';
import { mean, meanInterval } from '../dist/experiments/statistics/intervals.js';
import { studentQuantile } from '../dist/experiments/statistics/student.js';
import { trainPart } from '../dist/experiments/train-part.js';
import { createObjective } from '../dist/model/index.js';
import { nodeFiles as files } from '../dist/platform/node-files.js';
import { setKernelFlags } from '../dist/platform/node-v8.js';
import { buildConfigured } from '../dist/train/build.js';
import { builtInParts, checkConfiguration, completeConfiguration, evaluate } from '../dist/train/index.js';
import { prepare } from '../dist/train/prepare.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [seeds = '10', threads = '2', dataDir = join(root, '../shared/data/ecg5000'), out] = process.argv.slice(2);
if (!existsSync(join(dataDir, 'ECG5000_TRAIN.tsv'))) {
  console.log(`no ECG5000_TRAIN.tsv in ${dataDir}: nothing is compared; give the folder that holds it`);
  process.exit(0);
}
const shared = { data: 'ecg5000', units: 16, epochs: 40, batchSize: 25 };
const noises = { noisy: 'sde:add=0.1,mult=0.1', control: 'none' };
const rows = { hessian: 500, regularizer: 64, lyapunov: 100, margins: 100 };
const perturbations = [
  { kind: 'white', strengths: [0.5] },
  { kind: 'salt-pepper', strengths: [0.1] },
];

setKernelFlags();
const engine = await openEngine('wasm', Number(threads));
const started = performance.now();
const values = new Map();
for (let seed = 1; seed <= Number(seeds); seed++)
  for (const [name, noise] of Object.entries(noises)) {
    for (const [measure, value] of Object.entries(await measures(seed, noise))) {
      if (!values.has(measure)) values.set(measure, { noisy: [], control: [] });
      values.get(measure)[name].push(value);
    }
    console.error(`seed ${seed}, ${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
await engine.close();

const usable = [...values].filter(([, { noisy, control }]) => [...noisy, ...control].every(Number.isFinite));
const left = [...values.keys()].filter((measure) => !usable.some(([name]) => name === measure));
// Half-width of an interval at 95 % for all measures together (Bonferroni) over that for one.
const degrees = Number(seeds) - 1;
const wider = studentQuantile(1 - 0.05 / usable.length, degrees) / studentQuantile(0.95, degrees);
const table = usable.map(([measure, { noisy, control }]) => {
  const difference = meanInterval(noisy.map((value, index) => value - control[index]));
  const { value, low, high } = difference;
  const clear = low > 0 || high < 0;
  const clearTogether = clear && Math.abs(value) > wider * (high - value);
  return { measure, noisy, control, difference, clear, clearTogether };
});
const shown = (value) => (value === 0 ? '0' : value.toPrecision(3));
console.log('| measure | noise on | control | difference, 95 % interval | |\n|---|---|---|---|---|');
for (const { measure, noisy, control, difference, clear, clearTogether } of table) {
  const { value, low, high } = difference;
  const mark = clearTogether ? '**' : clear ? '*' : '';
  const interval = `${shown(value)} [${shown(low)}, ${shown(high)}]`;
  console.log(`| ${measure} | ${shown(mean(noisy))} | ${shown(mean(control))} | ${interval} | ${mark} |`);
}
if (left.length > 0) console.log(`\nnot finite for every model: ${left.join(', ')}`);
if (out !== undefined) {
  const { build: engineBuild } = engine;
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(
    out,
    `${JSON.stringify({ shared, noises, rows, seeds: Number(seeds), engineBuild, table, left }, null, 2)}\n`,
  );
}

async function measures(seed, noise) {
  const settings = completeConfiguration(
    checkConfiguration({ ...shared, dataDir, noise, seed }, 'script'),
    builtInParts,
  );
  const prepared = await prepare(settings, builtInParts, files);
  const { preprocessing } = prepared;
  const { parameters } = await trainPart(settings, prepared, engine, {
    onProgress: () => undefined,
    signal: undefined,
  });
  const sizes = { inputs: preprocessing.channels, outputs: preprocessing.classes.length };
  const [still, moved] = [noises.control, noises.noisy].map((own) =>
    buildConfigured({ ...settings, noise: own }, builtInParts, sizes),
  );
  const testTable = await loadTest({ name: 'ecg5000', dataDir, files });
  const test = applyPreprocessing(testTable, preprocessing);
  const ask = (which, model, data, options = {}) =>
    analyze(model, engine, parameters, batchOf(data, rows[which]), { which: [which], [which]: options });
  const { regularizer } = await ask('regularizer', moved, prepared.train, { method: 'exact', pairs: 8 });
  const { hessian, loss } = await ask('hessian', still, prepared.train, {
    ...{ eigenvalues: 1, exactBelow: 0, traceProducts: 45, steps: 40, density: { probes: 1, steps: 20 } },
  });
  const { lyapunov } = await ask('lyapunov', still, test, { exponents: 16 });
  const { stability } = await analyze(still, engine, parameters, batchOf(test, 2), { which: ['stability'] });
  const { margins } = await ask('margins', still, test);
  const objective = createObjective(still, engine);
  const scored = await evaluate({ objective, parameters, preprocessing, table: testTable, perturbations, seeds: 2 });
  return {
    'training loss, noise off': loss,
    'test loss': scored.clean.loss,
    'test accuracy': scored.clean.accuracy,
    'accuracy, white noise 0.5': scored.perturbations[0].accuracy,
    'accuracy, salt and pepper 0.1': scored.perturbations[1].accuracy,
    'regulariser P': regularizer.P.value,
    'regulariser Q': regularizer.Q.value,
    'regulariser P + Q': regularizer.total.value,
    'measured gap of the loss': regularizer.measuredGap.value,
    'Hessian λ_max': hessian.maxEigenvalue.value,
    'Hessian λ_min': hessian.minEigenvalue.value,
    'Hessian trace': hessian.trace.value,
    'Hessian Frobenius norm': hessian.frobenius.value,
    'largest Lyapunov exponent': lyapunov.exponents[0].value,
    'Kaplan–Yorke dimension': lyapunov.dimension.value,
    'step bound, matrix': stability.bounds.stepMatrix,
    'step bound, log-norm': stability.bounds.stepLogNormSharp,
    'margin, linearised (mean)': margins.linearised.mean.value,
    'margin, spectral (mean)': margins.linearised.spectral.mean.value,
    'margin, certified (log10 of median)': Math.log10(margins.certified.median),
    'margin, certified near the sample (log10 of median)': Math.log10(margins.local.median),
    'margin, attack (mean)': margins.attack.mean.value,
    'tightness of the certificate (log10)': Math.log10(margins.tightness.value),
    'tightness near the sample (log10)': Math.log10(margins.localTightness.value),
  };
}

/** Rows spread evenly over the data. */
function batchOf(data, count) {
  const used = Math.min(count, data.rows);
  const indices = Uint32Array.from({ length: used }, (_, index) => Math.floor((index * data.rows) / used));
  const { steps, inputs, labels } = selectRows(data, indices);
  return { rows: used, steps, inputs, labels };
}
