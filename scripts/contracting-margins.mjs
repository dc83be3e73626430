// Trains a network that contracts (q < 1) on ECG5000 and measures how tight its certified margins are on test beats.
//   node scripts/contracting-margins.mjs DATA_DIR [samples=300]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze } from '../dist/analysis/index.js';
import { applyPreprocessing, loadTest } from '../dist/data/index.js';
import { openEngine } from '../dist/engine/open-engine.js';
import { nodeFiles as files } from '../dist/platform/node-files.js';
import { readRun, trainRun } from '../dist/train/index.js';

const [dataDir, samples = '300'] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('give the folder that holds ECG5000_TRAIN.tsv');
const out = join(mkdtempSync(join(tmpdir(), 'noisy-rnn-margins-')), 'run');
const settings = {
  data: 'ecg5000',
  dataDir,
  model: 'noisy:beta=0.75,gammaA=1,gammaW=0.001',
  units: 8,
  noise: 'none',
  step: 'fixed',
  delta: 0.1,
  epochs: 40,
  batchSize: 25,
  lr: 0.01,
  optimizer: 'adamw:weightDecay=0.01',
  // Strong decay of the recurrent weights is what makes the network contract.
  groups: ['M_*:weightDecay=10,lr=0.003'],
  seed: 1,
};
const result = await trainRun({ files, out, settings });
const run = await readRun(files, out);
const engine = await openEngine('auto', 2);
const test = applyPreprocessing(await loadTest({ name: 'ecg5000', dataDir, files }), run.preprocessing);
const rows = Number(samples);
const width = test.steps * test.channels;
const batch = {
  rows,
  steps: test.steps,
  inputs: test.inputs.slice(0, rows * width),
  labels: test.labels.slice(0, rows),
};
const figures = await analyze(run.model, engine, run.parameters, batch, { which: ['margins', 'stability'] });
const { margins, stability } = figures;
const { perSample } = margins.certified;
const attacks = margins.attack.perSample;
const show = (figure) => `${figure.value.toPrecision(3)} ± ${figure.standardError.toPrecision(1)}`;
console.log(`test accuracy ${result.test.accuracy.toFixed(4)}; q = ${margins.certified.contraction.toFixed(5)}`);
console.log(stability.sentence);
console.log(
  `correct ${margins.correct} of ${margins.count}; certified above attack on ${perSample.filter((own, row) => attacks[row] !== null && own > attacks[row]).length}`,
);
for (const name of ['certified', 'local', 'linearised', 'attack'])
  console.log(`${name}: mean ${show(margins[name].mean)}, median ${margins[name].median.toPrecision(3)}`);
console.log(
  `tightness, median certified/attack: ${show(margins.tightness)}; near the sample: ${show(margins.localTightness)}`,
);
await engine.close();
rmSync(out, { recursive: true });
