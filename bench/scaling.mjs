/**
 * How our own cost grows, and where it goes: `node bench/scaling.mjs [--engine wasm] [--rounds 5] [--json]`.
 *
 * Exponents of a training step's time in the number of steps M, units N, rows and threads; a Hessian-vector product over
 * a gradient; the executor's product peak (programs of nothing but products, products.mjs) and the share of it that the
 * products reach over the whole step; and a split of the step's time by difference.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { alternate } from './alternate.mjs';
import { ours } from './contender.mjs';
import { describeMachine } from './machine.mjs';
import { formatSeconds } from './table.mjs';
import { productFlops, sizeOf, stepFlops } from './works.mjs';

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'wasm' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const { engine } = options;
const threads = availableParallelism();
const plan = { rounds: Number(options.rounds), seconds: 0.3 };
const print = options.json ? () => {} : (line) => console.log(line);

/** Median seconds of each spec, in alternating runs. @throws Error if one fails. */
async function timesOf(specs) {
  const { results, failures } = await alternate(specs, plan);
  if (failures.length > 0) throw new Error(`${failures[0].name}: ${failures[0].failure}`);
  return results.map(({ seconds }) => seconds);
}

/** Least-squares slope of log y on log x. */
function exponent(x, y) {
  const logs = x.map((value, i) => [Math.log(value), Math.log(y[i])]);
  const mean = (at) => logs.reduce((sum, pair) => sum + pair[at], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [a, b]) => sum + (a - mx) * (b - my), 0);
  return covariance / logs.reduce((sum, [a]) => sum + (a - mx) ** 2, 0);
}

const base = { cell: 'noisy', units: 128, steps: 196, batch: 128 };
const series = {
  steps: [98, 196, 392, 784],
  units: [32, 64, 128, 256],
  batch: [16, 32, 64, 128],
};

async function growth() {
  const fits = {};
  for (const [quantity, values] of Object.entries(series)) {
    const specs = values.map((value) => ours({ work: { ...base, [quantity]: value }, mode: 'train', engine, threads }));
    const seconds = await timesOf(specs);
    fits[quantity] = { values, seconds, exponent: exponent(values, seconds) };
    print(`${quantity.padEnd(8)} ${describe(values, seconds)}  exponent ${fits[quantity].exponent.toFixed(2)}`);
  }
  const counts = Array.from({ length: threads }, (_, index) => index + 1);
  const seconds = await timesOf(counts.map((count) => ours({ work: base, mode: 'train', engine, threads: count })));
  fits.threads = { values: counts, seconds, exponent: counts.length > 1 ? exponent(counts, seconds) : null };
  print(`threads  ${describe(counts, seconds)}  exponent ${fits.threads.exponent?.toFixed(2) ?? '(one core)'}`);
  return fits;
}

const describe = (values, seconds) => values.map((value, i) => `${value}: ${formatSeconds(seconds[i])}`).join(', ');

/** A gradient, a Hessian-vector product and their ratio. */
async function curvatureCost() {
  const [gradient, hessian] = await timesOf(
    ['gradient', 'hessian'].map((mode) => ours({ work: base, mode, engine, threads })),
  );
  const ratio = hessian / gradient;
  print(
    `H·v over gradient at ${sizeOf(base)}: ${formatSeconds(hessian)} / ${formatSeconds(gradient)} = ${ratio.toFixed(2)}`,
  );
  return { work: base, gradient, hessian, ratio };
}

/** Peaks in GFLOP/s, the products' share of them, and the time split of one training step. */
async function productShare(work) {
  const spec = (kind) => ({
    name: `products, ${kind}`,
    command: process.execPath,
    args: [
      new URL('./products.mjs', import.meta.url).pathname,
      JSON.stringify({ engine, threads, kind, units: work.units }),
    ],
  });
  const own = (mode) => ours({ work, mode, engine, threads });
  const specs = [spec('forward'), spec('weights'), ...['train', 'gradient', 'quiet', 'update'].map(own)];
  const [forwardTime, weightsTime, train, gradient, quiet, update] = await timesOf(specs);
  const peaks = { forward: productFlops(work.units) / forwardTime, weights: productFlops(work.units) / weightsTime };
  const flops = stepFlops(work);
  const total = flops.forward + flops.backward + flops.weights;
  const split = {
    products: (flops.forward + flops.backward) / peaks.forward,
    weightGradients: flops.weights / peaks.weights,
    noise: gradient - quiet,
    update,
  };
  split.rest = train - Object.values(split).reduce((sum, seconds) => sum + seconds, 0);
  const share = total / train / peaks.forward;
  print(`\n${sizeOf(work)} train, ${engine}, ${threads} threads: ${formatSeconds(train)}`);
  print(
    `  product peak ${giga(peaks.forward)}, weight gradients ${giga(peaks.weights)}, whole step ${giga(total / train)}`,
  );
  print(`  share of the product peak over the whole step: ${(100 * share).toFixed(0)} %`);
  print(
    '  split (products and weight gradients: their operations at their peaks; noise: with less without; rest: elementwise, binding, reduction):',
  );
  for (const [part, seconds] of Object.entries(split))
    print(`    ${part.padEnd(16)} ${formatSeconds(seconds)}  ${((100 * seconds) / train).toFixed(0)} %`);
  return { work, train, peaks, wholeStep: total / train, share, split };
}

const giga = (flops) => `${(flops / 1e9).toFixed(1)} GFLOP/s`;

const machine = describeMachine();
print(`${machine.processor}, ${machine.cores} cores, Node ${machine.node}, load ${machine.loadAverage}`);
const result = {
  machine,
  ...{ engine, threads },
  growth: await growth(),
  curvature: await curvatureCost(),
  product: await productShare({ ...base, steps: 784 }),
};
if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
