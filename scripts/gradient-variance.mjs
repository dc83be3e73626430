// Variance over the noise of three estimators of a batch's gradient, at equal cost: plain noise, a path and its antithetic
// one, and the explicit regulariser. The batch is fixed, and so are the weights: those of a model trained for some epochs.
// Prints, for each noise level: tr Cov of one gradient; its cost in plain gradients (medians, alternating); the product of
// the two over that of plain noise (below 1 is better at equal cost); how far the mean lies from the antithetic mean (which
// has no bias), over the norm of what noise adds to the gradient, and what sampling error alone would make of that.
//   node scripts/gradient-variance.mjs [draws=400] [threads=1]

import { batches, selectRows } from '../dist/data/index.js';
import { openEngine } from '../dist/engine/open-engine.js';
import { createObjective } from '../dist/model/index.js';
import { createMemoryFiles } from '../dist/platform/memory-files.js';
import { setKernelFlags } from '../dist/platform/node-v8.js';
import { deriveKey } from '../dist/random/index.js';
import { createBatchGradient } from '../dist/train/batch-gradient.js';
import { buildConfigured } from '../dist/train/build.js';
import { builtInParts, checkConfiguration, completeConfiguration, readRun, trainRun } from '../dist/train/index.js';
import { prepare } from '../dist/train/prepare.js';

const [draws = 400, threads = 1] = process.argv.slice(2).map(Number);
setKernelFlags();
const engine = await openEngine('wasm', threads);
const files = createMemoryFiles();
const given = { data: 'heartbeats', units: 16, noise: 'sde:add=0.1,mult=0.1', epochs: 5, limitTrain: 400, seed: 1 };
const settings = completeConfiguration(checkConfiguration(given, 'script'), builtInParts);
const { train } = await prepare(settings, builtInParts, files);
await trainRun({ files, settings: given, out: 'run' });
const { parameters, preprocessing } = await readRun(files, 'run');
const sizes = { inputs: preprocessing.channels, outputs: preprocessing.classes.length };
const rows = Uint32Array.from({ length: 32 }, (_, row) => row);
const { steps, inputs, labels } = selectRows(train, rows);
const batch = { rows: rows.length, steps, inputs, labels };

const estimators = {
  plain: { antithetic: false, regularizer: 'none' },
  antithetic: { antithetic: true, regularizer: 'none' },
  explicit: { antithetic: false, regularizer: 'explicit' },
};
const flat = (gradient) => Object.values(gradient).flatMap(({ data }) => [...data]);
const squared = (vector) => vector.reduce((total, value) => total + value * value, 0);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const minus = (a, b) => a.map((value, index) => value - b[index]);

console.log(`${engine.build}, ${engine.threads} thread(s), N = 16, M = ${steps}, ${batch.rows} rows, ${draws} draws`);
console.log('noise                    estimator   tr Cov   cost  at equal cost  distance (by chance)');
for (const noise of ['sde:add=0.02,mult=0.02', 'sde:add=0.1,mult=0.1', 'sde:add=0.3,mult=0.3']) {
  const model = buildConfigured({ ...settings, noise }, builtInParts, sizes);
  const objective = createObjective(model, engine);
  const noiseless = flat((await objective.gradient(parameters, batch)).gradient);
  const found = {};
  for (const [name, own] of Object.entries(estimators))
    found[name] = { of: createBatchGradient(objective, own), seconds: [], sum: noiseless.map(() => 0), squares: 0 };
  for (let draw = -2; draw < draws; draw++)
    for (const [index, own] of Object.values(found).entries()) {
      // Each estimator has paths of its own, so that their means can be compared as independent.
      const source = { key: deriveKey(7, index, draw + 2), samples: rows };
      const start = performance.now();
      const { gradient } = await own.of(parameters, batch, source);
      if (draw < 0) continue;
      own.seconds.push(performance.now() - start);
      const value = minus(flat(gradient), noiseless);
      own.squares += squared(value);
      for (let i = 0; i < value.length; i++) own.sum[i] += value[i];
    }
  for (const own of Object.values(found)) {
    own.mean = own.sum.map((value) => value / draws);
    own.variance = (own.squares - draws * squared(own.mean)) / (draws - 1);
    own.cost = median(own.seconds) / median(found.plain.seconds);
  }
  // The antithetic mean stands for the truth: it has no bias.
  const truth = found.antithetic;
  const added = Math.sqrt(squared(truth.mean));
  for (const [name, { mean, variance, cost }] of Object.entries(found)) {
    const ratio = (variance * cost) / found.plain.variance;
    const bias = Math.sqrt(squared(minus(mean, truth.mean))) / added;
    const sampling = Math.sqrt((variance + truth.variance) / draws) / added;
    const from = name === 'antithetic' ? '' : `${bias.toFixed(2)} (${sampling.toFixed(2)})`;
    const figures = [variance.toExponential(2), cost.toFixed(2), ratio.toPrecision(3).padEnd(13), from];
    console.log([noise.padEnd(23), name.padEnd(10), ...figures].join('  ').trimEnd());
  }
}

// What the draw of the batch adds, for comparison: gradients without noise of other batches of as many rows.
const objective = createObjective(buildConfigured(settings, builtInParts, sizes), engine);
const others = [];
for (const drawn of batches(train.rows, 32, 1, 0).filter(({ length }) => length === 32)) {
  const other = { ...selectRows(train, drawn), rows: 32 };
  others.push(flat((await objective.gradient(parameters, other)).gradient));
}
const centre = others[0].map((_, index) => others.reduce((total, other) => total + other[index], 0) / others.length);
const spread = others.reduce((total, other) => total + squared(minus(other, centre)), 0) / (others.length - 1);
console.log(`between batches, noise off: tr Cov ${spread.toExponential(2)}`);
await engine.close();
