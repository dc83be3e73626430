// Which problems does noise help? The data sets that the Python package aeon ships, read by our own reader of `.ts` files.
//
//   pip download aeon --no-deps -d WHEELS && python scripts/fetch-public.py WHEELS/aeon-*.whl DATA
//   node scripts/public-benchmark.mjs DATA RUNS            trains and scores what is not there yet; may be stopped at any time
//   pip install aeon && python scripts/public-baseline.py RUNS      MiniRocket, on the same data
//   node scripts/public-benchmark.mjs DATA RUNS --write    studies/public.json from all that is there
//
// The plan, fixed before the runs. Hypothesis: noise in the hidden state while training (`sde:add=0.3,mult=0.1`, the same for all
// data) raises the accuracy on test data with white noise. Planned: over the data sets, the mean paired difference of noisy and
// control (random effects) on inputs with white noise of half a standard deviation, and on clean inputs; two comparisons, Holm.
// Exploratory: single data sets, noise on the inputs (σ = 0.3 standard deviations), ranks, MiniRocket. Nothing is searched: one
// setting for all data sets, the last fifth of training rows (each class in proportion) selects the epoch, five paired seeds.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTest, readTable } from '../dist/data/index.js';
import { openEngine } from '../dist/engine/open-engine.js';
import { createObjective } from '../dist/model/index.js';
import { findPerturbation } from '../dist/perturb/index.js';
import { nodeFiles } from '../dist/platform/node-files.js';
import { setKernelFlags } from '../dist/platform/node-v8.js';
import { evaluate, readRun, trainRun } from '../dist/train/index.js';

const [data, runs, flag] = process.argv.slice(2);
const SEEDS = [1, 2, 3, 4, 5];
/** Of white noise on test inputs, in standard deviations of the training data. */
const STRENGTHS = [0.5, 1];
const shared = {
  model: 'noisy',
  units: 32,
  delta: 0.1,
  lr: 0.005,
  epochs: 60,
  batchSize: 16,
  clip: 1,
  schedule: 'cosine',
};
const models = (deviation) => ({
  noisy: { noise: 'sde:add=0.3,mult=0.1' },
  control: { noise: 'none' },
  'input-noise': { noise: 'none', inputNoise: 0.3 * deviation },
});

const names = readdirSync(data).sort();
mkdirSync(runs, { recursive: true });
if (flag === '--write') write();
else await compute();

async function compute() {
  setKernelFlags();
  const engine = await openEngine('auto', 1);
  for (const name of names) {
    const dataDir = join(data, name);
    const train = await readTable(nodeFiles, join(dataDir, `${name}_TRAIN.ts`), {});
    const test = await loadTest({ name: 'ucr', dataDir, files: nodeFiles });
    const deviation = deviationOf(train);
    const strengths = STRENGTHS.map((times) => times * deviation);
    const own = join(runs, `${name}-data.json`);
    if (!existsSync(own)) writeFileSync(own, JSON.stringify(arraysFor(train, test, strengths)));
    for (const seed of SEEDS)
      for (const [model, settings] of Object.entries(models(deviation))) {
        const path = join(runs, `${name}-${model}-${seed}.json`);
        if (existsSync(path)) continue;
        const out = join(runs, 'training', `${name}-${model}-${seed}`);
        rmSync(out, { recursive: true, force: true });
        const started = performance.now();
        const choice = { engine: engine.name, threads: 1, data: 'ucr', dataDir, seed };
        await trainRun({
          files: nodeFiles,
          out,
          settings: { ...shared, ...settings, ...choice },
        });
        const { parameters, preprocessing, model: network } = await readRun(nodeFiles, out);
        const objective = createObjective(network, engine);
        const perturbations = [{ kind: 'white', strengths }];
        const found = await evaluate({ objective, parameters, preprocessing, table: test, perturbations, seeds: 1 });
        const scores = Object.fromEntries(
          found.perturbations.map(({ accuracies }, index) => [`white${STRENGTHS[index]}`, accuracies[0]]),
        );
        const result = { dataset: name, model, seed, clean: found.clean.accuracy, ...scores };
        writeFileSync(path, JSON.stringify({ ...result, seconds: (performance.now() - started) / 1000 }));
        rmSync(out, { recursive: true, force: true });
        console.log(JSON.stringify(result));
      }
  }
  await engine.close();
}

function deviationOf({ values }) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** What MiniRocket is given: the same training data and the same perturbed test data, padded to one length. */
function arraysFor(train, test, strengths) {
  const { apply } = findPerturbation('white');
  const steps = Math.max(train.steps, test.steps);
  const padded = (table) =>
    Array.from({ length: table.rows * steps * table.channels }, (_, index) => {
      const [row, at] = [Math.floor(index / (steps * table.channels)), index % (steps * table.channels)];
      return at < table.steps * table.channels ? table.values[row * table.steps * table.channels + at] : 0;
    });
  const arrays = { train: padded(train), clean: padded(test) };
  for (const [index, strength] of strengths.entries())
    arrays[`white${STRENGTHS[index]}`] = padded(apply(test, strength, 1, { minimum: 0, maximum: 0 }));
  const { channels, labels } = train;
  return { steps, channels, arrays, trainLabels: labels, testLabels: test.labels };
}

function write() {
  const found = readdirSync(runs)
    .filter((file) => file.endsWith('.json') && !file.endsWith('-data.json'))
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(join(runs, file), 'utf8')));
  const sizes = names.map((name) => {
    const { steps, channels, trainLabels, testLabels } = JSON.parse(
      readFileSync(join(runs, `${name}-data.json`), 'utf8'),
    );
    const classes = new Set(trainLabels).size;
    return { name, train: trainLabels.length, test: testLabels.length, steps, channels, classes };
  });
  const lines = (list) => `[\n${list.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`;
  const text = `{\n"format": "noisy-rnn/public-benchmark",\n"version": 1,\n"datasets": ${lines(sizes)},\n"runs": ${lines(found)}\n}\n`;
  writeFileSync(new URL('../studies/public.json', import.meta.url), text);
  console.log(`${found.length} runs of ${sizes.length} data sets`);
}
