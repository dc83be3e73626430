/**
 * The extended filter against NumPy and SciPy, the same model and series, one after the other in turns: steps a second of one processor,
 * their ratio, and that both give the same likelihood. Then the growth of our cost with N, steps and ensemble members.
 *
 *     node scripts/filter-bench.mjs --python python3
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createFilter } from '../dist/filter/index.js';
import { openEngine, parseCell, parseNoise, solverNamed, tensor } from '../dist/index.js';
import { buildModel, squaredError } from '../dist/model/index.js';

const { values: options } = parseArgs({
  options: { python: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const rounds = Number(options.rounds);
const delta = 0.1;

function problem(size, steps, channels = 2) {
  let state = size * 7919 + steps;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const matrix = (rows, columns, scale) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => scale * uniform()));
  const [M_A, M_W] = [matrix(size, size, 1 / Math.sqrt(size)), matrix(size, size, 3 / Math.sqrt(size))];
  const [V, b, c] = [matrix(channels, size, 2), matrix(1, size, 1)[0], matrix(1, channels, 1)[0]];
  const series = Array.from({ length: steps }, (_, at) =>
    Array.from({ length: channels }, (__, k) => Math.sin(at / 9 + k) + 0.2 * uniform()),
  );
  return { size, channels, M_A, M_W, V, b, c, series };
}

/** S_{β,γ}(M) = M + (1 − 2β)Mᵀ − γI for β = 0.75, γ = 0.001, as the cell has it. */
const parametrised = (M) =>
  M.map((row, i) =>
    row.map((value, j) => 0.25 * value + 0.25 * M[j][i] + 0.75 * value - 0.75 * M[j][i] - (i === j ? 0.001 : 0)),
  );

function ours({ size, channels, M_A, M_W, V, b, c }, more = {}) {
  const model = buildModel({
    layers: [
      {
        cell: parseCell('noisy'),
        units: size,
        noise: parseNoise('sde:add=0.1'),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta },
      },
    ],
    ...{ inputs: 0, outputs: channels, readout: 'every', loss: squaredError },
  });
  const parameters = {
    M_A: tensor([size, size], M_A.flat()),
    M_W: tensor([size, size], M_W.flat()),
    b: tensor([size], b),
    'readout.weight': tensor([channels, size], V.flat()),
    'readout.bias': tensor([channels], c),
  };
  return createFilter({ model, parameters, observation: { covariance: 0.04 }, initial: { covariance: 1 }, ...more });
}

const identity = (size, value) =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? value : 0)));
const median = (values) => [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)];

async function timed(work) {
  // Seconds of the processor, of both sides: other work on the machine does not count.
  const started = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(started);
  return { seconds: (user + system) / 1e6, value };
}

const python =
  options.python === undefined
    ? null
    : spawn(options.python, [new URL('./filter-bench.py', import.meta.url).pathname], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
      });
const answers = python === null ? null : createInterface({ input: python.stdout })[Symbol.asyncIterator]();

console.log('  N   ours steps/s   NumPy steps/s   ratio   difference of log p');
for (const [size, steps] of [
  [8, 500],
  [16, 500],
  [32, 300],
  [64, 200],
]) {
  const own = problem(size, steps);
  const filter = ours(own);
  await filter.run(own.series);
  const [mine, theirs] = [[], []];
  let difference = Number.NaN;
  for (let round = 0; round < rounds; round++) {
    const { seconds, value } = await timed(() => filter.run(own.series));
    mine.push(seconds);
    if (python === null) continue;
    const model = {
      A: parametrised(own.M_A),
      W: parametrised(own.M_W),
      b: own.b,
      V: own.V,
      c: own.c,
      Q: identity(size, 0.01 * delta),
      R: identity(own.channels, 0.04),
      delta,
      series: own.series,
      mean: new Array(size).fill(0),
      covariance: identity(size, 1),
    };
    python.stdin.write(`${JSON.stringify({ model })}\n`);
    const answer = JSON.parse((await answers.next()).value);
    theirs.push(answer.seconds);
    difference = Math.abs(answer.logLikelihood / value.logLikelihood - 1);
  }
  const [a, b] = [steps / median(mine), steps / median(theirs)];
  console.log(
    `${String(size).padStart(3)} ${a.toFixed(0).padStart(14)} ${b.toFixed(0).padStart(15)} ${(a / b).toFixed(2).padStart(7)}   ${difference.toExponential(1)}`,
  );
}
python?.stdin.end();

console.log('\nensemble, 40 steps:   N   members   steps/s');
const engine = await openEngine('auto', 1);
for (const [size, members] of [
  [32, 100],
  [32, 400],
  [64, 100],
  [128, 100],
]) {
  const own = problem(size, 40);
  const filter = ours(own, { method: 'ensemble', members, engine });
  await filter.run(own.series);
  const { seconds } = await timed(() => filter.run(own.series));
  console.log(`${String(size).padStart(24)} ${String(members).padStart(9)} ${(40 / seconds).toFixed(0).padStart(9)}`);
}
await engine.close();
