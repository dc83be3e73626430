// Trains two Noisy RNNs on the embedded heartbeats that differ in their noise alone, analyses both, and draws one SVG for
// each quantity of docs/theory.md. The regulariser is that of the first model's noise at either's weights.
//   node scripts/theory-figures.mjs [OUT=docs/figures] [threads=2]
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyze } from '../dist/analysis/index.js';
import { applyPreprocessing, loadTest, selectRows } from '../dist/data/index.js';
import { openEngine } from '../dist/engine/open-engine.js';
import { createMemoryFiles } from '../dist/platform/memory-files.js';
import { setKernelFlags } from '../dist/platform/node-v8.js';
import {
  contributionsByStepChart,
  contributionsByUnitChart,
  lyapunovConvergenceChart,
  lyapunovSpectrumChart,
  marginChart,
  marginKinds,
  spectralDensityChart,
  stabilityChart,
  standaloneSvg,
} from '../dist/report/figures/index.js';
import { buildConfigured } from '../dist/train/build.js';
import { builtInParts, checkConfiguration, completeConfiguration, readRun, trainRun } from '../dist/train/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [out = join(root, 'docs/figures'), threads = '2'] = process.argv.slice(2);
const noises = { 'noise on': 'sde:add=0.1,mult=0.1', control: 'none' };
const rows = 200;

setKernelFlags();
const engine = await openEngine('wasm', Number(threads));
const files = createMemoryFiles();
const test = await loadTest({ name: 'heartbeats', files });
const found = [];
for (const [label, noise] of Object.entries(noises)) {
  const settings = { data: 'heartbeats', units: 16, epochs: 20, noise, seed: 1 };
  const result = await trainRun({ files, settings, out: label });
  console.log(`${label}: test accuracy ${result.test.accuracy.toFixed(4)}`);
  const { parameters, preprocessing } = await readRun(files, label);
  const data = applyPreprocessing(test, preprocessing);
  const every = Uint32Array.from({ length: rows }, (_, row) => Math.floor((row * data.rows) / rows));
  const { steps, inputs, labels } = selectRows(data, every);
  const batch = { rows, steps, inputs, labels };
  const sizes = { inputs: preprocessing.channels, outputs: preprocessing.classes.length };
  const complete = completeConfiguration(checkConfiguration(settings, 'script'), builtInParts);
  const [still, moved] = [noises.control, noises['noise on']].map((own) =>
    buildConfigured({ ...complete, noise: own }, builtInParts, sizes),
  );
  const { regularizer } = await analyze(moved, engine, parameters, batch, {
    which: ['regularizer'],
    regularizer: { contributions: true, probes: 64, pairs: 0 },
  });
  const others = await analyze(still, engine, parameters, batch, {
    which: ['hessian', 'lyapunov', 'stability', 'margins'],
    lyapunov: { exponents: 8 },
  });
  found.push({ label, data: { regularizer, ...others } });
}
await engine.close();

const of = (part) => found.map(({ label, data }) => ({ label, data: part(data) }));
const charts = {
  'regulariser-by-step': contributionsByStepChart(of(({ regularizer }) => regularizer.contributions)),
  'regulariser-by-unit': contributionsByUnitChart(of(({ regularizer }) => regularizer.contributions)),
  'spectral-density': spectralDensityChart(of(({ hessian }) => hessian.density)),
  'lyapunov-spectrum': lyapunovSpectrumChart(of(({ lyapunov }) => lyapunov)),
  'lyapunov-convergence': lyapunovConvergenceChart(of(({ lyapunov }) => lyapunov)),
  'stability-bounds': stabilityChart(of((data) => data)),
  margins: marginChart(marginKinds(found[0].data.margins)),
};
mkdirSync(out, { recursive: true });
for (const [name, chart] of Object.entries(charts)) {
  const svg = await standaloneSvg(chart);
  writeFileSync(join(out, `${name}.svg`), svg);
  console.log(`${name}.svg: ${svg.length} bytes`);
}
