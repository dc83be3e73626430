/**
 * How our own cost grows, and where it goes: `node bench/scaling.mjs [--engine wasm] [--rounds 5] [--json]`, two minutes on two
 * idle cores. Engines as in run.mjs, builds too (wasm-plain).
 *
 * Exponents of a training step's time in the number of steps M, units N, rows and threads; a Hessian-vector product over
 * a gradient; the product peaks of the machine and of the executor (bounds.mjs), the share of the latter that the products
 * reach over the whole step; and a split of the step's time by difference.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { alternate } from './alternate.mjs';
import { boundOf, measureRates } from './bounds.mjs';
import { ours } from './contender.mjs';
import { fitPolynomial, fitPower, localExponents } from './fit.mjs';
import { busyCores, describeMachine, formatMachine } from './machine.mjs';
import { findTorch, torchProduct } from './peers/index.mjs';
import { formatSeconds } from './table.mjs';
import { productFlops, sizeOf } from './works.mjs';

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'wasm' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const { engine } = options;
const cores = availableParallelism();
const plan = { rounds: Number(options.rounds), seconds: 0.3 };
const print = options.json ? () => {} : (line) => console.log(line);

/** Results of each spec in alternating runs. @throws Error if one fails. */
async function measure(specs) {
  const { results, failures } = await alternate(specs, plan);
  if (failures.length > 0) throw new Error(`${failures[0].name}: ${failures[0].failure}`);
  return results;
}

const base = { cell: 'noisy', units: 128, steps: 196, batch: 128 };
const own = (work, mode, threads = cores) => ours({ work, mode, engine, threads });

/**
 * `theory`: the exponent of the products alone; `degree` of the polynomial whose coefficients say what departs from it, and
 * what its terms are. Rows on one thread: with two, a batch of a single tile leaves one of them idle.
 */
const series = [
  {
    ...{ quantity: 'steps', values: [49, 98, 196, 392, 784], theory: 1, threads: cores, degree: 1 },
    terms: 'a call itself; a step',
  },
  {
    ...{ quantity: 'units', values: [32, 64, 128, 256, 512], theory: 2, threads: cores, degree: 2 },
    terms: 'a call itself; noise and elementwise; products',
  },
  {
    ...{ quantity: 'batch', values: [16, 32, 64, 128, 256], theory: 1, threads: 1, degree: 1 },
    terms: 'a call itself; a row',
  },
];

async function growth() {
  const fits = {};
  for (const { quantity, values, theory, threads, degree, terms } of series) {
    const results = await measure(values.map((value) => own({ ...base, [quantity]: value }, 'train', threads)));
    const fit = describeGrowth(values, results);
    const coefficients = fitPolynomial(values, fit.seconds, degree);
    // Each term's part of the time at the base's own size.
    const at = base[quantity];
    const total = coefficients.reduce((sum, value, power) => sum + value * at ** power, 0);
    const shares = coefficients.map((value, power) => (value * at ** power) / total);
    fits[quantity] = { threads, theory, ...fit, polynomial: coefficients, sharesAtBase: shares };
    tellGrowth(`${quantity}, ${threads} thread${threads === 1 ? '' : 's'}`, fits[quantity]);
    print(`    of the time at ${at} ${quantity} (${terms}): ${shares.map(percent).join(', ')}`);
  }
  const counts = Array.from({ length: cores }, (_, index) => index + 1);
  const results = await measure(counts.map((count) => own(base, 'train', count)));
  fits.threads = { theory: -1, ...describeGrowth(counts, results) };
  tellGrowth('threads', fits.threads);
  return fits;
}

function describeGrowth(values, results) {
  const [seconds, rounds] = [results.map((result) => result.seconds), results.map((result) => result.rounds)];
  const fit = values.length > 1 ? fitPower(values, rounds, seconds) : { exponent: null, standardError: null };
  return { values, seconds, ...fit, local: localExponents(values, seconds) };
}

function tellGrowth(name, { values, seconds, exponent, standardError, local, theory }) {
  print(`${name}: ${values.map((value, i) => `${value}: ${formatSeconds(seconds[i])}`).join(', ')}`);
  const error = standardError === null ? '' : ` ± ${standardError.toFixed(2)}`;
  const between = local.map((value) => value.toFixed(2)).join(', ');
  if (exponent !== null)
    print(`    exponent ${exponent.toFixed(2)}${error}, products alone ${theory}; between neighbours ${between}`);
}

/** A gradient, a Hessian-vector product and their ratio. */
async function curvatureCost() {
  const [{ seconds: gradient }, { seconds: hessian }] = await measure([own(base, 'gradient'), own(base, 'hessian')]);
  const ratio = hessian / gradient;
  print(
    `H·v over gradient at ${sizeOf(base)}: ${formatSeconds(hessian)} / ${formatSeconds(gradient)} = ${ratio.toFixed(2)}`,
  );
  return { work: base, gradient, hessian, ratio };
}

/** OpenBLAS's product of large matrices on all cores, as PyTorch calls it, in operations a second; null without PyTorch. */
async function libraryPeak() {
  const torch = findTorch();
  if (torch === null) return null;
  const size = 1024;
  const [{ rounds }] = await measure([torchProduct(torch, { size, threads: cores })]);
  return (2 * size ** 3) / Math.min(...rounds);
}

/** Peaks, the products' share of the executor's own, and the time split of one training step. */
async function productShare(work) {
  const results = await measure([
    ...['train', 'gradient', 'quiet', 'update'].map((mode) => own(work, mode)),
    own({ ...work, steps: 1 }, 'gradient'),
  ]);
  const [train, gradient, quiet, update, call] = results.map(({ seconds }) => seconds);
  const rates = await measureRates({ engine, threads: cores }, [work.units], plan);
  const library = await libraryPeak();
  const { forward, backward, weights } = productFlops(work, 'train');
  const own128 = rates.products[work.units];
  const split = {
    products: (forward + backward) / own128.forward,
    weightGradients: weights / own128.weights,
    noise: gradient - quiet,
    reduction: call,
    update,
  };
  split.elementwise = train - Object.values(split).reduce((sum, seconds) => sum + seconds, 0);
  const bound = boundOf(work, 'train', rates, train);
  const machinePeak = Math.max(rates.peak, library ?? 0);
  const wholeStep = bound.flops / train;
  print(`\n${sizeOf(work)} train, ${engine}, ${cores} threads: ${formatSeconds(train)}`);
  print(
    `  peaks: this executor's products ${giga(own128.forward)}, weight gradients ${giga(own128.weights)}; ` +
      `OpenBLAS ${library === null ? 'absent' : giga(library)}`,
  );
  print(
    `  whole step: ${giga(wholeStep)}, ${percent(bound.share)} of the executor's peak, ` +
      `${percent(wholeStep / machinePeak)} of the fastest product found on this machine`,
  );
  print(
    `  at most: products ${formatSeconds(bound.products)} and noise ${formatSeconds(bound.noise)}, ` +
      `each value drawn once, at ${nano(rates.draws.uniform)} (uniform) and ${nano(rates.draws.normal)} (normal)`,
  );
  print('  split:');
  for (const [part, seconds] of Object.entries(split))
    print(`    ${part.padEnd(16)} ${formatSeconds(seconds).padStart(8)}  ${percent(seconds / train)}`);
  return { work, train, rates, libraryPeak: library, machinePeak, wholeStep, share: bound.share, bound, split };
}

const giga = (flops) => `${(flops / 1e9).toFixed(1)} GFLOP/s`;
const nano = (seconds) => `${(1e9 * seconds).toFixed(2)} ns`;
const percent = (part) => `${(100 * part).toFixed(0)} %`;

const machine = await describeMachine();
print(formatMachine(machine));
const result = {
  machine,
  ...{ engine, threads: cores },
  growth: await growth(),
  curvature: await curvatureCost(),
  product: await productShare({ ...base, steps: 784 }),
};
machine.busyCoresAfter = await busyCores();
print(`\n${machine.busyCoresAfter} cores busy elsewhere afterwards`);
if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
